// What calls may cost and did cost, to the last billionth of a dollar.
#include "common/llm/money/cost.h"

#include <gtest/gtest.h>

#include "common/llm/money/tokens.h"

namespace argosy::llm {
namespace {

// 0.15, 0.075, 0.30 and 0.60 dollars for a million.
const ModelEntry kPriced{
    .name = "m", .prices = Prices{.input = 150'000'000, .cache_read = 75'000'000, .cache_write = 300'000'000, .output = 600'000'000}};
const Spend kWorst{.money = 999, .tokens = 77};

TEST(Cost, IsExactAndRoundedUpOnce) {
  EXPECT_EQ(cost_of(*kPriced.prices, 1'000'000, 0, 0, 0).total, 150'000'000);
  EXPECT_EQ(cost_of(*kPriced.prices, 1, 1, 1, 1).total, 150 + 75 + 300 + 600);
  const Prices tiny{.input = 1, .cache_read = 1, .cache_write = 1, .output = 1};
  const auto cost = cost_of(tiny, 1, 1, 0, 1);
  EXPECT_EQ(cost.total, 1);
  EXPECT_EQ(cost.input, 1);
  EXPECT_EQ(cost_of({.input = kMostUsd}, 1'000'000'000, 0, 0, 0).total, kMostUsd) << "and never beyond what a budget can hold";
}

TEST(WorstCase, TakesThePromptAtItsDearestAndAllThatMayBeAnswered) {
  const auto spend = worst_case(kPriced, {.input_tokens = 1'000, .output_tokens = 100});
  ASSERT_TRUE(spend);
  EXPECT_EQ(spend->money, 1'000 * 300 + 100 * 600);
  EXPECT_EQ(spend->tokens, 1'100);
}

TEST(WorstCase, OfAnUnknownPriceIsRefusedAndNeverZero) {
  const auto refused = worst_case({.name = "mystery"}, {.input_tokens = 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "model_price_unknown");
  EXPECT_EQ(refused.error().category, Category::needs_user);
  EXPECT_TRUE(worst_case({.name = "mystery"}, {.input_tokens = 1}, false)) << "unless nobody counts money";
  EXPECT_TRUE(worst_case({.name = "free", .prices = Prices{}}, {.input_tokens = 1}));
}

TEST(RealCost, PricesEachPartApart) {
  const auto spend = real_cost(kPriced, {.input = 1'000, .cached = 600, .cache_written = 100, .output = 50, .reasoning = 20}, true, kWorst);
  EXPECT_EQ(spend.money, 300 * 150 + 600 * 75 + 100 * 300 + 50 * 600);
  EXPECT_EQ(spend.tokens, 1'050) << "reasoning is part of the output";
}

TEST(RealCost, OfUsageThatIsMissingOrCannotBeIsTheWorstCase) {
  for (const Usage& usage :
       {Usage{}, Usage{.input = 5}, Usage{.output = 5}, Usage{.input = -1, .output = 1}, Usage{.input = 5, .cached = 6, .output = 1},
        Usage{.input = 5, .cached = -1, .output = 1}, Usage{.input = 2'000'000'000, .output = 1}, Usage{.input = 1, .output = INT64_MAX}})
    EXPECT_EQ(real_cost(kPriced, usage, true, kWorst).money, kWorst.money);
}

TEST(RealCost, OfAnAnswerThatBrokeOffIsTheWorstCase) {
  EXPECT_EQ(real_cost(kPriced, {.input = 1'000, .output = 1}, false, kWorst).money, kWorst.money);
}

TEST(RealCost, NeverPassesTheWorstCaseOfWhatFitsIntoIt) {
  for (std::int64_t cached = 0; cached <= 100; cached += 7)
    for (std::int64_t written = 0; cached + written <= 100; written += 9) {
      const auto worst = worst_case(kPriced, {.input_tokens = 100, .output_tokens = 10});
      EXPECT_LE(real_cost(kPriced, {.input = 100, .cached = cached, .cache_written = written, .output = 10}, true, *worst).money,
                worst->money);
    }
}

TEST(InputBound, IsAtLeastOneTokenAByteAndCountsImages) {
  const ModelEntry model{.image_tokens = 1'600};
  const Request request{.messages = {{.role = Role::user, .parts = {Text{"hi"}, Image{"image/png", "AAAA"}}}}};
  EXPECT_GE(input_bound(model, request, std::string(500, 'x')), 500 + 1'600);
  const CountTokens exact = [](std::string_view text) { return static_cast<std::int64_t>(text.size() / 4); };
  EXPECT_LT(input_bound(model, request, std::string(500, 'x'), &exact), 500 + 1'600);
}

TEST(TokenEstimate, FollowsWhatIsReported) {
  TokenEstimate estimate;
  const auto first = estimate.of(30'000);
  EXPECT_EQ(first, 11'500);
  for (int i = 0; i < 40; ++i) estimate.learn(100'000, 25'000);
  EXPECT_NEAR(static_cast<double>(estimate.of(40'000)), 10'000 * TokenEstimate::kMargin, 10);
  estimate.learn(10, 1'000'000);
  estimate.learn(100'000, 0);
  EXPECT_NEAR(static_cast<double>(estimate.of(40'000)), 10'000 * TokenEstimate::kMargin, 10)
      << "what is too short or nothing teaches nothing";
}

}  // namespace
}  // namespace argosy::llm
