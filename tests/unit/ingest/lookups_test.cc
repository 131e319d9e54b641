#include "workers/ingest/submit/lookups.h"

#include <gtest/gtest.h>

namespace argosy::ingest {
namespace {

using std::chrono::seconds;

TEST(TtlCache, ForgetsWhenTheTimeIsOver) {
  TtlCache<int, std::string> cache(seconds(2), 8);
  cache.put(1, "one", cache.ticket(seconds(10)));
  EXPECT_EQ(cache.find(1, seconds(11)), "one");
  EXPECT_EQ(cache.find(2, seconds(11)), std::nullopt);
  EXPECT_EQ(cache.find(1, seconds(12)), std::nullopt);
}

TEST(TtlCache, ALaterReadCountsFromItsOwnTime) {
  TtlCache<int, std::string> cache(seconds(2), 8);
  cache.put(1, "one", cache.ticket(seconds(10)));
  cache.put(1, "two", cache.ticket(seconds(11)));
  EXPECT_EQ(cache.find(1, seconds(12)), "two");
}

TEST(TtlCache, TellsNothingKnownFromKnownToBeNothing) {
  TtlCache<int, std::optional<int>> cache(seconds(2), 8);
  EXPECT_FALSE(cache.find(1, seconds(10)).has_value());
  cache.put(1, std::nullopt, cache.ticket(seconds(10)));
  ASSERT_TRUE(cache.find(1, seconds(10)).has_value());
  EXPECT_FALSE(cache.find(1, seconds(10))->has_value());
}

TEST(TtlCache, ForgetsWhatWasChanged) {
  TtlCache<int, std::string> cache(seconds(2), 8);
  cache.put(1, "one", cache.ticket(seconds(10)));
  cache.erase(1);
  EXPECT_EQ(cache.find(1, seconds(10)), std::nullopt);
}

TEST(TtlCache, DoesNotTakeBackWhatWasReadBeforeTheChange) {
  TtlCache<int, std::string> cache(seconds(2), 8);
  const auto before = cache.ticket(seconds(10));
  cache.erase(1);
  cache.put(1, "old", before);
  EXPECT_EQ(cache.find(1, seconds(10)), std::nullopt);
  cache.put(1, "new", cache.ticket(seconds(10)));
  EXPECT_EQ(cache.find(1, seconds(10)), "new");
}

TEST(TtlCache, StaysBelowItsBound) {
  TtlCache<int, std::string> cache(seconds(2), 2);
  for (int i = 1; i <= 3; ++i) cache.put(i, "x", cache.ticket(seconds(10)));
  EXPECT_EQ(cache.find(1, seconds(10)), std::nullopt);
  EXPECT_EQ(cache.find(2, seconds(10)), std::nullopt);
  EXPECT_EQ(cache.find(3, seconds(10)), "x");
}

}  // namespace
}  // namespace argosy::ingest
