// The cache of models' answers, as clients see it.
#include "common/core/crypto.h"
#include "common/store/models/answer_cache.h"
#include "tests/integration/ingest/api.h"

namespace argosy::ingest {
namespace {

class Cache : public Api {
 protected:
  void SetUp() override { start(); }
  void put(const std::string& commit, const std::string& kind) {
    const auto digest = crypto::sha256(commit + kind);
    ASSERT_TRUE(store::put_answer(
        db(), {.place = {.org = kDefaultOrg, .repository = "org/library", .commit = commit, .kind = kind, .around = digest},
               .key = digest,
               .answer = {.answer = "{}", .model = "small", .cost = kUsd},
               .keep_ms = 60'000,
               .max_entries = 10,
               .max_bytes = 1'000}));
  }
  std::int64_t entries() { return std::stoll(database().value("SELECT count(*) FROM answer_cache")); }
};

TEST_F(Cache, SaysWhatIsKeptAndWhatItSaved) {
  put("c1", "plan");
  ASSERT_TRUE(store::count_answers(db(), kDefaultOrg, "plan", {.exact = 2, .semantic = 1, .missed = 4, .withheld = 1, .saved = kUsd / 4}));
  const auto report = get("/api/v1/cache?days=7");
  ASSERT_EQ(report.status, 200) << report.text;
  EXPECT_TRUE(report.body.bool_or("on", false));
  EXPECT_EQ(report.body.int_or("days", 0), 7);
  const auto& kinds = report.body.array_or_empty("kinds");
  ASSERT_EQ(kinds.size(), 1u);
  EXPECT_EQ(kinds[0].string_or("kind", ""), "plan");
  EXPECT_EQ(kinds[0].int_or("entries", 0), 1);
  EXPECT_EQ(kinds[0].int_or("exact_hits", 0), 2);
  EXPECT_EQ(kinds[0].int_or("semantic_hits", 0), 1);
  EXPECT_EQ(kinds[0].int_or("misses", 0), 4);
  EXPECT_EQ(kinds[0].string_or("saved_usd", ""), "0.25");
}

TEST_F(Cache, IsPurgedByCommitKindAndAsAWhole) {
  for (const std::string commit : {"c1", "c2"})
    for (const std::string kind : {"plan", "review"}) put(commit, kind);
  EXPECT_EQ(call("DELETE", "/api/v1/cache?commit=c1&kind=plan").status, 204);
  EXPECT_EQ(entries(), 3);
  EXPECT_EQ(call("DELETE", "/api/v1/cache?repository_id=org/other").status, 204);
  EXPECT_EQ(entries(), 3);
  EXPECT_EQ(call("DELETE", "/api/v1/cache").status, 204);
  EXPECT_EQ(entries(), 0);
}

TEST_F(Cache, IsSwitchedOffAndOn) {
  put("c1", "plan");
  const auto off = post("/api/v1/cache", json::Object{{"on", false}});
  EXPECT_EQ(off.status, 200) << off.text;
  EXPECT_FALSE(off.body.bool_or("on", true));
  EXPECT_EQ(entries(), 0);
  EXPECT_TRUE(post("/api/v1/cache", json::Object{{"on", true}}).body.bool_or("on", false));
}

TEST_F(Cache, WrongRequestsAreNamed) {
  for (const std::string query : {"days=0", "days=401", "days=x", "colour=red"})
    EXPECT_EQ(get("/api/v1/cache?" + query).problem(), "/problems/parameter_invalid") << query;
  EXPECT_EQ(call("DELETE", "/api/v1/cache?kind=").problem(), "/problems/parameter_invalid");
  EXPECT_EQ(call("DELETE", "/api/v1/cache?all=1").problem(), "/problems/parameter_invalid");
  for (const auto& body : {json::Value(json::Object{}), json::Value(json::Object{{"on", "no"}}), json::Value(json::Array{}),
                           json::Value(json::Object{{"on", true}, {"off", false}})})
    EXPECT_EQ(post("/api/v1/cache", body).problem(), "/problems/request_invalid");
}

}  // namespace
}  // namespace argosy::ingest
