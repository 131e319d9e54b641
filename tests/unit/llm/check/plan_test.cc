// What a check may cost, and what it leaves behind.
#include <gmock/gmock.h>

#include "common/llm/check/check.h"
#include "common/llm/check/questions.h"

namespace argosy::llm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ModelEntry entry() {
  return {.name = "m",
          .endpoint = {.api = Api::openai_chat, .base_url = "https://api.example.com/v1", .model = "m-1"},
          .context_tokens = 128'000,
          .max_output_tokens = 4'096,
          .prices = Prices{.input = kUsd, .cache_read = kUsd, .cache_write = kUsd, .output = 2 * kUsd},
          .can = {.tools = true, .schema = true}};
}

TEST(CheckPlan, ComesNearTheContextWithinItsBounds) {
  EXPECT_EQ(plan_check(entry())->long_tokens, 128'000 * 9 / 10 - kCheckAnswerTokens);
  const auto few = plan_check(entry(), {.most_long_tokens = 5'000});
  EXPECT_EQ(few->long_tokens, 5'000);
  EXPECT_THAT(few->long_why, HasSubstr("5000"));
}

TEST(CheckPlan, NeverPassesItsMoney) {
  for (const NanoUsd most : {kUsd / 20, kUsd / 10, kUsd / 3}) {
    const auto plan = plan_check(entry(), {.most_usd = most});
    ASSERT_TRUE(plan);
    EXPECT_LE(plan->worst.money, most);
    if (plan->long_tokens < 100'000) EXPECT_THAT(plan->long_why, HasSubstr("--max-usd"));
  }
  EXPECT_EQ(plan_check(entry(), {.most_usd = 1}).error().code, "check_too_dear");
}

TEST(CheckPlan, LeavesOutALongInputThatWouldSayNothing) {
  auto small = entry();
  small.context_tokens = 2'000;
  const auto plan = plan_check(small);
  EXPECT_EQ(plan->long_tokens, 0);
  EXPECT_THAT(plan->long_why, HasSubstr("too small"));
}

TEST(CheckPlan, OfAModelWithoutAPriceCountsTokens) {
  auto unknown = entry();
  unknown.prices.reset();
  EXPECT_EQ(plan_check(unknown)->worst.money, 0);
  EXPECT_GT(plan_check(unknown)->worst.tokens, 100'000);
}

TEST(CheckReport, IsReadAsItWasWritten) {
  const CheckReport report{.name = "m",
                           .api = "openai-chat",
                           .base_url = "https://api.example.com/v1",
                           .model = "m-1",
                           .at = 1'795'300'000'000,
                           .findings = {{.ability = Ability::schema,
                                         .verdict = {Grade::fails, "why", "what"},
                                         .took = std::chrono::milliseconds(5),
                                         .first_byte = std::chrono::milliseconds(2)},
                                        {.ability = Ability::long_input, .input_tokens = 7}},
                           .spent = {.money = 12, .tokens = 34}};
  const auto read = report_from_json(report_json(report));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->findings, report.findings);
  EXPECT_EQ(read->at, report.at);
  EXPECT_EQ(read->spent.money, 12);
  EXPECT_FALSE(report_from_json(json::Object{{"name", "m"}}));
}

TEST(CheckReport, ContradictsOnlyWhatIsClaimedAndWasChecked) {
  CheckReport report{.name = "m", .api = "openai-chat", .base_url = "https://api.example.com/v1", .model = "m-1"};
  report.findings = {{.ability = Ability::schema, .verdict = {Grade::fails, "no JSON", ""}},
                     {.ability = Ability::two_calls, .verdict = {Grade::weak, "one", ""}},
                     {.ability = Ability::tool_call, .verdict = {Grade::ok, "", ""}}};
  EXPECT_THAT(contradictions(entry(), report), ElementsAre("can: schema: schema fails: no JSON"));
  auto other = entry();
  other.can.schema = false;
  EXPECT_TRUE(contradictions(other, report).empty());
  other.endpoint.model = "m-2";
  EXPECT_THAT(contradictions(other, report), ElementsAre(HasSubstr("m-1")));
}

}  // namespace
}  // namespace argosy::llm
