// Which kinds of calls are cached, and how: as it comes and as it is configured.
#include "common/llm/cache/rules.h"

#include <gtest/gtest.h>

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;

CacheRules rules(std::string_view text) {
  auto parsed = CacheRules::parse(text);
  if (!parsed) throw std::runtime_error(to_string(parsed.error()));
  return *parsed;
}

TEST(CacheRules, AsTheyCome) {
  const CacheRules own;
  EXPECT_EQ(own.of("plan")->least_cosine, 0.90);
  EXPECT_EQ(own.of("plan")->keep, 7 * 24h);
  for (const auto* kind : {"summary", "intent", "commit_message"}) {
    EXPECT_EQ(own.of(kind)->least_cosine, 0.85);
    EXPECT_EQ(own.of(kind)->keep, 24h);
  }
  EXPECT_EQ(own.of("review")->least_cosine, 0.95);
  EXPECT_EQ(own.of("review")->keep, 3 * 24h);
  EXPECT_EQ(own.of("edit")->least_cosine, std::nullopt);
  EXPECT_TRUE(own.of("edit")->only_without_chance);
  EXPECT_EQ(own.of("embedding"), nullptr);
  EXPECT_EQ(own.of(""), nullptr);
}

TEST(CacheRules, AreConfiguredByName) {
  const auto own = rules("decomposition=0.8/90m, analysis=exact/12h response=off");
  EXPECT_EQ(own.of("plan")->least_cosine, 0.8);
  EXPECT_EQ(own.of("plan")->keep, 90min);
  EXPECT_EQ(own.of("review")->least_cosine, std::nullopt);
  EXPECT_EQ(own.of("review")->keep, 12h);
  EXPECT_EQ(own.of("summary"), nullptr);
  EXPECT_EQ(own.of("edit")->keep, 24h);
  EXPECT_EQ(rules("").of("plan")->keep, 7 * 24h);
  EXPECT_EQ(rules("off").of("plan"), nullptr);
  EXPECT_EQ(rules("off edit=exact/2d").of("edit")->keep, 48h);
}

TEST(CacheRules, ThatNobodyCanMeanAreRefused) {
  for (const std::string_view text :
       {"plan=0.9/7d", "decomposition", "decomposition=", "decomposition=0.9", "decomposition=0.9/", "decomposition=0.9/7",
        "decomposition=0.9/7w", "decomposition=1.1/7d", "decomposition=0.1/7d", "decomposition=nan/7d", "decomposition=0.9/0d",
        "decomposition=0.9/91d", "decomposition=0.9/7d/1", "edit=0.9/1d", "on"}) {
    const auto refused = CacheRules::parse(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, "cache_rules_invalid") << text;
    EXPECT_FALSE(refused.error().hint.empty());
  }
}

}  // namespace
}  // namespace argosy::llm
