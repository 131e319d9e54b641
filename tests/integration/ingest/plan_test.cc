// Promises of the API about plans: a task in words is taken where there is a model, its plan is shown from the moment people are asked
// about it, and replaced only by who has seen it, while somebody may still say something.
#include <gmock/gmock.h>

#include "common/core/crypto.h"
#include "common/store/blobs.h"
#include "common/tasks/agent/plan.h"
#include "common/tasks/payloads.h"
#include "tests/integration/ingest/api.h"
#include "tests/integration/ingest/played_worker.h"

namespace argosy::ingest {
namespace {

using ::testing::HasSubstr;

class Plans : public Api {
 protected:
  void SetUp() override {
    start({{"ARGOSY_MODEL", "script:/nobody/opens/it/here.yaml"}});
    add_repository();
    const auto taken = post("/api/v1/tasks", json::Object{{"repository_id", kRepository}, {"prompt", "Round the prices."}});
    ASSERT_EQ(taken.status, 202) << taken.text;
    id_ = taken.body.string_or("task_id", "");
    path_ = "/api/v1/tasks/" + id_ + "/plan";
  }
  static tasks::Plan plan() {
    return {.summary = "s",
            .criteria = {{.id = "c1", .text = "t", .check = "tests"}},
            .nodes = {{.id = "n", .objective = "o", .write_set = {"a"}, .done_when = {"c1"}}},
            .estimate = {.minutes = 10, .usd = 0.5, .source = "a guess"}};
  }
  // As the planning worker asks about it.
  void propose(PlayedWorker& worker, const TaskId& task) {
    const auto bytes = tasks::to_json_text(plan());
    ASSERT_TRUE(store::put_blob(db(),
                                {.task = task,
                                 .attempt = 1,
                                 .kind = "report",
                                 .name = "step-0-plan.json",
                                 .sha256 = crypto::sha256_hex(bytes),
                                 .size = static_cast<std::int64_t>(bytes.size()),
                                 .created_at = system_clock().unix_ms()},
                                bytes, 1 << 20));
    store::FinishedStep asks;
    asks.outcome = store::FinishedStep::Outcome::asked;
    asks.question = tasks::Question{.name = "plan", .type = "approval", .description = "The plan: ..."};
    asks.answer_within = std::chrono::hours(1);
    worker.finish(worker.claim(0, tasks::Queue::planning), std::move(asks));
  }

  std::string id_, path_;
};

TEST_F(Plans, AreShownWhileTheyAreProposedAndReplacedByWhoHasSeenThem) {
  const auto task = *TaskId::parse(id_);
  PlayedWorker worker(db(), task);
  EXPECT_EQ(get(path_).problem(), "/problems/plan_not_found");
  propose(worker, task);
  const auto proposed = get(path_);
  ASSERT_EQ(proposed.status, 200) << proposed.text;
  EXPECT_EQ(proposed.body.string_or("state", ""), "proposed");
  EXPECT_EQ(get(path_, {{"If-None-Match", proposed.header("ETag")}}).status, 304);

  auto mine = plan();
  mine.summary = "mine";
  const auto put = [&](const std::string& body, http::Headers headers) { return call("PUT", path_, body, std::move(headers)); };
  EXPECT_EQ(put(tasks::to_json_text(mine), {}).problem(), "/problems/if_match_required");
  EXPECT_EQ(put(tasks::to_json_text(mine), {{"If-Match", "\"x\""}}).problem(), "/problems/plan_changed");
  auto bad = mine;
  bad.nodes[0].done_when = {};
  const auto refused = put(tasks::to_json_text(bad), {{"If-Match", proposed.header("ETag")}});
  EXPECT_EQ(refused.problem(), "/problems/plan_invalid");
  EXPECT_THAT(refused.text, HasSubstr("no node covers"));
  const auto replaced = put(tasks::to_json_text(mine), {{"If-Match", proposed.header("ETag")}});
  EXPECT_EQ(replaced.status, 202) << replaced.text;
  const auto answers = tasks::task_context_from(worker.claim(0, tasks::Queue::planning).context)->answers;
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].verdict, tasks::Verdict::correct);
  EXPECT_EQ(*tasks::plan_from(answers[0].text), mine);
}

TEST_F(Plans, AreShownAndNotReplacedOnceTheyAreFollowed) {
  PlayedWorker worker(db(), *TaskId::parse(id_));
  worker.succeed(0, tasks::Queue::planning,
                 tasks::to_json_text(tasks::PlanOutput{.base_commit = std::string(40, 'b'), .target_branch = "main", .plan = plan()}));
  const auto accepted = get(path_);
  ASSERT_EQ(accepted.status, 200) << accepted.text;
  EXPECT_EQ(accepted.body.string_or("state", ""), "accepted");
  EXPECT_EQ(*tasks::plan_from(json::dump(*accepted.body.find("plan"))), plan());
  const auto late = call("PUT", path_, tasks::to_json_text(plan()), {{"If-Match", accepted.header("ETag")}});
  EXPECT_EQ(late.problem(), "/problems/plan_followed");
}

}  // namespace
}  // namespace argosy::ingest
