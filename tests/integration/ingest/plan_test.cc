// Promises of the API about plans: a task in words is taken where there is a model, its plan is shown from the moment people are asked
// about it, and replaced only by who has seen it, before it is followed and while its steps run.
#include <gmock/gmock.h>

#include "common/core/crypto.h"
#include "common/core/subprocess.h"
#include "common/store/blobs.h"
#include "common/tasks/agent/plan_steps.h"
#include "common/tasks/payloads.h"
#include "tests/integration/ingest/api.h"
#include "tests/integration/ingest/played_worker.h"

namespace argosy::ingest {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

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
  void propose(PlayedWorker& worker, const TaskId& task, const tasks::Plan& proposed = plan(), const std::string& question = "plan") {
    const auto bytes = tasks::to_json_text(proposed);
    ASSERT_TRUE(store::put_blob(db(),
                                {.task = task,
                                 .attempt = 1,
                                 .kind = "report",
                                 .name = tasks::proposed_plan_name(0, question),
                                 .sha256 = crypto::sha256_hex(bytes),
                                 .size = static_cast<std::int64_t>(bytes.size()),
                                 .created_at = system_clock().unix_ms()},
                                bytes, 1 << 20));
    store::FinishedStep asks;
    asks.outcome = store::FinishedStep::Outcome::asked;
    asks.question = tasks::Question{.name = question, .type = "approval", .description = "The plan: ..."};
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

TEST_F(Plans, AreShownAsPeopleAreAskedAboutThemAlsoWhenAnOlderOneComesBack) {
  const auto task = *TaskId::parse(id_);
  PlayedWorker worker(db(), task);
  auto other = plan();
  other.summary = "other";
  const auto shown = [&] { return tasks::plan_from(json::dump(*get(path_).body.find("plan"))); };
  const auto say = [&](const std::string& question) {
    const auto said =
        post("/api/v1/tasks/" + id_ + "/checkpoints/0-" + question, json::Object{{"verdict", "correct"}, {"text", "otherwise"}});
    EXPECT_EQ(said.status, 200) << said.text;
  };
  propose(worker, task);
  say("plan");
  propose(worker, task, other, "plan-2");
  EXPECT_EQ(*shown(), other);
  say("plan-2");
  propose(worker, task, plan(), "plan-3");
  EXPECT_EQ(*shown(), plan());
}

class FollowedPlans : public Plans {
 protected:
  // a, and behind it b; then test and push: 100 to 103.
  void SetUp() override {
    Plans::SetUp();
    if (HasFatalFailure()) return;
    followed_.nodes = {node("a", {}), node("b", {"a"})};
    worker_.emplace(db(), *TaskId::parse(id_));
    const tasks::Target target{.base_commit = std::string(40, 'b'), .branch = "main"};
    worker_->succeed(
        0, tasks::Queue::planning,
        tasks::to_json_text(tasks::PlanOutput{.base_commit = target.base_commit, .target_branch = target.branch, .plan = followed_}),
        tasks::steps_of(followed_, target));
    etag_ = get(path_).header("ETag");
  }
  static tasks::PlanNode node(std::string id, std::vector<std::string> before) {
    return {.id = id, .objective = "do " + id, .write_set = {id}, .depends_on = std::move(before), .done_when = {"c1"}};
  }
  Answer put(const tasks::Plan& wanted, const std::string& etag) {
    return call("PUT", path_, tasks::to_json_text(wanted), {{"If-Match", etag}});
  }
  std::vector<std::string> states() {
    std::vector<std::string> all;
    const auto task = get("/api/v1/tasks/" + id_);
    for (const auto& one : task.body.array_or_empty("steps"))
      all.push_back(std::to_string(one.int_or("step", -1)) + " " + one.string_or("state", ""));
    return all;
  }

  tasks::Plan followed_ = plan();
  std::optional<PlayedWorker> worker_;
  std::string etag_;
};

TEST_F(FollowedPlans, AreReplacedWhereTheirNodesHaveNotBegunByWhoHasSeenThem) {
  const auto accepted = get(path_);
  EXPECT_EQ(accepted.body.string_or("state", ""), "accepted");
  EXPECT_EQ(*tasks::plan_from(json::dump(*accepted.body.find("plan"))), followed_);
  worker_->claim(100, tasks::Queue::codegen);
  auto mine = followed_;
  mine.nodes = {node("a", {}), node("c", {"a"}), node("d", {"c"})};
  mine.avoid_files = {"legacy/"};
  const auto done = put(mine, etag_);
  ASSERT_EQ(done.status, 200) << done.text;
  EXPECT_EQ(done.body.array_or_empty("superseded").size(), 3u);
  EXPECT_EQ(done.body.array_or_empty("added").size(), 4u);
  const auto now = get(path_);
  EXPECT_EQ(*tasks::plan_from(json::dump(*now.body.find("plan"))), mine);
  EXPECT_EQ(now.header("ETag"), done.header("ETag"));
  EXPECT_THAT(states(), ElementsAre("0 succeeded", "100 running", "101 superseded", "102 superseded", "103 superseded", "10000 blocked",
                                    "10001 blocked", "10002 blocked", "10003 blocked"));
  EXPECT_THAT(get("/api/v1/tasks/" + id_).text, HasSubstr("legacy/")) << "what the plan forbids holds";
  EXPECT_THAT(get("/api/v1/tasks/" + id_ + "/events").text, HasSubstr("plan_edited"));

  auto theirs = followed_;
  theirs.summary = "theirs";
  EXPECT_EQ(put(theirs, etag_).problem(), "/problems/plan_changed") << "who comes second has not seen it";
  EXPECT_EQ(put(theirs, etag_).status, 412);
  const auto again = put(mine, etag_);
  EXPECT_EQ(again.status, 200) << "sent again it is the same";
  EXPECT_EQ(again.text, done.text);
  EXPECT_EQ(put(followed_, now.header("ETag")).status, 200);
  EXPECT_THAT(get("/api/v1/tasks/" + id_).text, Not(HasSubstr("legacy/"))) << "and no longer than the plan does";
  EXPECT_EQ(put(mine, get(path_).header("ETag")).status, 200);
  post("/api/v1/tasks/" + id_ + "/constraints", json::Object{{"max_files_changed", 7}});
  post("/api/v1/tasks/" + id_ + "/cancel", json::Object{});
  const auto again_id = post("/api/v1/tasks/" + id_ + "/retry", json::Object{}).body.string_or("task_id", "");
  EXPECT_THAT(get("/api/v1/tasks/" + again_id).text, AllOf(HasSubstr(R"("max_files_changed":7)"), Not(HasSubstr("legacy/"))))
      << "who plans anew is bound by what people said alone";
}

TEST_F(FollowedPlans, AreRefusedWithWhatIsInTheWay) {
  worker_->claim(100, tasks::Queue::codegen);
  auto changed = followed_;
  changed.nodes[0].objective = "otherwise";
  const auto begun = put(changed, etag_);
  EXPECT_EQ(begun.status, 409);
  EXPECT_EQ(begun.problem(), "/problems/plan_node_begun");
  EXPECT_THAT(begun.text, HasSubstr(R"(node \"a\" has begun (step 100): it cannot be changed)"));
  auto unknown = followed_;
  unknown.nodes[1].agent = "wizard";
  const auto nobody = put(unknown, etag_);
  EXPECT_EQ(nobody.status, 422);
  EXPECT_THAT(nobody.text, AllOf(HasSubstr("plan_invalid"), HasSubstr("wizard"), HasSubstr("coder, refactorer")));
  auto meeting = followed_;
  meeting.nodes[1] = node("b", {});
  meeting.nodes[1].write_set = {"*"};
  EXPECT_THAT(put(meeting, etag_).text, HasSubstr("may run side by side"));
  post("/api/v1/tasks/" + id_ + "/cancel", json::Object{});
  auto late = followed_;
  late.summary = "late";
  EXPECT_EQ(put(late, etag_).problem(), "/problems/task_final");
}

TEST_F(FollowedPlans, AreShownAndEditedFromTheShell) {
  const auto argosy = [&](std::vector<std::string> words, const std::string& input = {}) {
    words.insert(words.begin(), {ARGOSY_BINARY_DIR "/bin/argosy", "plan"});
    words.insert(words.end(), {"--url", "http://127.0.0.1:" + std::to_string(port())});
    Command command{.argv = words, .env = minimal_env(), .input = input};
    return run(command).value();
  };
  EXPECT_THAT(argosy({"show", id_}).out,
              AllOf(HasSubstr("accepted, made by step 0"), HasSubstr("- b (coder): do b"), HasSubstr("after: a")));
  auto view = *json::parse(argosy({"show", id_, "--json"}).out);
  view.as_object()["plan"].as_object()["nodes"].as_array()[1].as_object()["objective"] = "do b otherwise";
  const auto file = json::dump(view);
  const auto done = argosy({"edit", id_, "--file", "-"}, file);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("3 steps undone that had not begun, 3 to do"));
  EXPECT_THAT(argosy({"show", id_}).out, HasSubstr("do b otherwise"));
  view.as_object()["plan"].as_object()["summary"] = "mine";
  const auto late = argosy({"edit", id_, "--file", "-"}, json::dump(view));
  EXPECT_EQ(late.exit_code, 2) << "made from a plan that stands no more";
  EXPECT_THAT(late.err, AllOf(HasSubstr("somebody else changed the plan"), HasSubstr("argosy plan show " + id_)));
  const auto blind = argosy({"edit", id_, "--file", "-"}, json::dump(*view.find("plan")));
  EXPECT_EQ(blind.exit_code, 0) << blind.err;
  EXPECT_EQ(argosy({"edit", id_}).exit_code, 2) << "no terminal, no editor";
}

TEST_F(FollowedPlans, AreNotChangedOnceTheirTestsHaveBegun) {
  for (const std::int16_t step : {100, 101}) worker_->succeed(step, tasks::Queue::codegen, R"({"patch":"","files":[]})");
  worker_->claim(102, tasks::Queue::testing);
  auto mine = followed_;
  mine.nodes.push_back(node("c", {"b"}));
  const auto late = put(mine, etag_);
  EXPECT_EQ(late.problem(), "/problems/plan_tested");
  EXPECT_THAT(late.text, HasSubstr("rollback"));
}

}  // namespace
}  // namespace argosy::ingest
