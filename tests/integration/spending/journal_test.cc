// The journal that workers are handed: each call a row of its task, its texts artifacts where they may be kept.
#include "common/runtime/models/journal.h"

#include <thread>

#include "common/llm/journal/journaling_model.h"
#include "common/store/blobs.h"
#include "common/store/models/exchanges.h"
#include "tests/integration/spending/spending_fixture.h"
#include "tests/support/eventually.h"

namespace argosy::store {
namespace {

class Journal : public StoreTest {
 protected:
  const TaskId task_ = submit_one();
  config::Settings settings_;
  std::unique_ptr<llm::Journal> journal_ = open();

  std::unique_ptr<llm::Journal> open() { return runtime::model_journal(std::shared_ptr<Database>(database.open(2)), settings_); }
  llm::Entry entry(std::string request = "{\"q\":1}", std::string answer = "{\"a\":1}") {
    return {.payer = {.org = kDefaultOrg, .user = "ann", .step = {task_, 0}, .attempt = 2},
            .kind = "plan",
            .role = "planner",
            .model = "large",
            .prompt = {.name = "plan", .hash = "ab12"},
            .route = R"({"rule":"routes, line 4","in_turn":[{"model":"large","why":"it can"}],"passed_over":[]})",
            .source = llm::Source::semantic_cache,
            .tries = 3,
            .stop = "end_turn",
            .usage = {.input = 7, .cached = 0, .output = 5},
            .started_at = system_clock().unix_ms(),
            .took = std::chrono::milliseconds(1500),
            .first_byte = std::chrono::milliseconds(80),
            .request = std::move(request),
            .answer = std::move(answer)};
  }
  std::vector<Exchange> listed(const Uuid& after = {}, int limit = 100) {
    auto all = must(list_exchanges(*db, kDefaultOrg, task_, after, limit));
    return all ? *all : std::vector<Exchange>();
  }
};

TEST_F(Journal, KeepsACallWithItsTexts) {
  const auto said = entry();
  must(journal_->keep(said));
  const auto all = listed();
  ASSERT_EQ(all.size(), 1u);
  const auto& one = all[0];
  EXPECT_EQ(one.step, (StepRef{task_, 0}));
  EXPECT_EQ(one.attempt, 2);
  EXPECT_EQ(one.kind + "/" + one.role + "/" + one.model + "/" + one.prompt + "@" + one.prompt_hash, "plan/planner/large/plan@ab12");
  EXPECT_EQ(json::parse(one.route)->string_or("rule", ""), "routes, line 4");
  EXPECT_EQ(one.source, "semantic_cache");
  EXPECT_EQ(one.tries, 3);
  EXPECT_EQ(one.stop + one.fault, "end_turn");
  EXPECT_EQ(one.input, 7);
  EXPECT_EQ(one.cached, 0);
  EXPECT_FALSE(one.cache_written);
  EXPECT_FALSE(one.reasoning);
  EXPECT_EQ(one.started_at, said.started_at);
  EXPECT_EQ(one.took_ms, 1500);
  EXPECT_EQ(one.first_byte_ms, 80);
  EXPECT_EQ(must(get_blob(*db, task_, one.request_sha256)), said.request);
  EXPECT_EQ(must(get_blob(*db, task_, one.answer_sha256)), said.answer);
  for (const auto& link : must(list_blobs(*db, task_))) {
    EXPECT_EQ(link.kind, "model_call");
    EXPECT_TRUE(link.name.ends_with(".json"));
  }
}

TEST_F(Journal, ACallWithoutTextsOrRouteIsARowToo) {
  auto bare = entry("", "");
  bare.route.clear();
  bare.first_byte.reset();
  bare.usage = {};
  must(journal_->keep(bare));
  const auto all = listed();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].request_sha256 + all[0].answer_sha256 + all[0].route, "");
  EXPECT_FALSE(all[0].input);
  EXPECT_FALSE(all[0].first_byte_ms);
}

TEST_F(Journal, PutTwiceAnExchangeIsOne) {
  const Exchange one{.id = Uuid::v7(1), .step = {task_, 0}, .source = "model", .started_at = 1};
  must(put_exchange(*db, one));
  must(put_exchange(*db, one));
  EXPECT_EQ(listed().size(), 1u);
}

TEST_F(Journal, CallsAreListedInTheirOrderPageByPageAndToTheirOrganisationOnly) {
  for (int i = 1; i <= 5; ++i) {
    auto one = entry("", "");
    one.started_at = 1'800'000'000'000 + i;
    one.tries = i;
    must(journal_->keep(one));
  }
  const auto first = listed({}, 3);
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first[0].tries, 1);
  const auto rest = listed(first[2].id, 3);
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[1].tries, 5);
  EXPECT_FALSE(must(list_exchanges(*db, OrgId{Uuid::v4()}, task_, {}, 3)));
  EXPECT_FALSE(must(list_exchanges(*db, kDefaultOrg, TaskId{Uuid::v7(1)}, {}, 3)));
}

TEST_F(Journal, WhenTheTextsOfATaskAreTooManyTheRowsAreKeptAndThePatchesHaveRoom) {
  settings_.max_task_artifact_bytes = 10'000;
  journal_ = open();
  must(journal_->keep(entry(std::string(3'000, 'a'), std::string(1'000, 'b'))));
  must(journal_->keep(entry(std::string(3'000, 'c'), std::string(1'000, 'd'))));
  const auto all = listed();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].request_sha256.empty() + all[1].request_sha256.empty(), 1) << "the second one had no room";
  const std::string patch(5'000, 'p');
  EXPECT_TRUE(put_blob(*db, {.task = task_, .kind = "patch", .name = "p", .sha256 = crypto::sha256_hex(patch)}, patch, 10'000));
}

TEST_F(Journal, OfATextThatIsGoneNoDigestIsTold) {
  must(journal_->keep(entry()));
  database.query("DELETE FROM blob_link");
  EXPECT_EQ(listed().at(0).request_sha256, "");
}

TEST_F(Journal, OfATaskThatIsGoneNothingIsKeptAndItIsTold) {
  auto gone = entry();
  gone.payer.step.task = TaskId{Uuid::v7(1)};
  const auto kept = journal_->keep(gone);
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, "task_not_found");
  EXPECT_EQ(database.value("SELECT count(*) FROM model_exchange"), "0");
}

TEST_F(Journal, OfATaskThatRetentionHasInHandNothingIsKept) {
  auto retention = database.session();
  retention.query(
      fmt::format("BEGIN; SELECT FROM task WHERE task_id = '{0}' FOR UPDATE; SELECT forget_tasks(ARRAY['{0}'::uuid])", task_.to_string()));
  std::jthread keeping([&] { must(put_exchange(*db, {.id = Uuid::v7(1), .step = {task_, 0}, .kind = "plan", .source = "model"})); });
  EXPECT_TRUE(testing::eventually([&] {
    return database.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%model_exchange%'") != "0";
  }));
  retention.query("COMMIT");
  keeping.join();
  EXPECT_EQ(database.value("SELECT count(*) FROM model_exchange"), "0");
}

TEST_F(Journal, AnOrganisationSwitchesTextsOffForItself) {
  const OrgId other{Uuid::v4()};
  EXPECT_TRUE(must(journal_->keeps_texts(kDefaultOrg)));
  must(set_keeps_conversations(*db, kDefaultOrg, false));
  EXPECT_FALSE(must(journal_->keeps_texts(kDefaultOrg)));
  EXPECT_TRUE(must(journal_->keeps_texts(other)));
  must(set_keeps_conversations(*db, OrgId{}, false));
  EXPECT_FALSE(must(journal_->keeps_texts(other)));
  must(set_keeps_conversations(*db, other, true));
  EXPECT_TRUE(must(journal_->keeps_texts(other)));
  EXPECT_EQ(must(list_kept_conversations(*db)).size(), 3u);
  must(set_keeps_conversations(*db, other, std::nullopt));
  EXPECT_FALSE(must(keeps_conversations(*db, other)).own);
  EXPECT_FALSE(must(journal_->keeps_texts(other)));
}

}  // namespace
}  // namespace argosy::store
