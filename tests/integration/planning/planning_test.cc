// A task in words through ingest, the planning worker and the database: asked about, planned, approved, narrowed, and cut into steps, also
// when the worker dies in between. The model is a script; all else is real.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "tests/support/database.h"
#include "tests/support/eventually.h"
#include "tests/support/fleet/fleet.h"
#include "tests/support/git_fixture.h"

namespace argosy::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::eventually;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kScript = R"(
rules:
  - when: {kind: intent, role: planner, text: [Round the prices]}
    answer: |
      {"kind":"feature","complexity":"normal","title":"Round prices","avoid_files":["legacy/"],"follow":[],"max_files_changed":5,
       "questions":[{"question":"Half up or to even?","default":"half up"}],
       "criteria":[{"text":"prices are rounded","check":"tests"},{"text":"the guide says so","check":""}]}
  - when: {kind: plan, role: planner, text: ["to even"]}
    answer: |
      {"summary":"Prices are rounded to even","cannot":"","nodes":[
       {"id":"price","agent":"coder","objective":"round in src/price.py","write_set":["src/price.py"],"depends_on":[],"done_when":["c1"]},
       {"id":"guide","agent":"coder","objective":"tell of it","write_set":["docs/"],"depends_on":[],"done_when":["c2"]}]}
)";

class PlanningInWords : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* brokers = std::getenv("ARGOSY_TEST_KAFKA_BROKERS");
    ASSERT_NE(brokers, nullptr) << "run this under tests/with-services";
    remote_.push_files({{"src/price.py", "def total(p):\n    return sum(p)\n"},
                        {"docs/guide.md", "# Prices\n"},
                        {".argosy.yaml", "plan: {approval: required}\n"}});
    fleet_.emplace(FleetOptions{.postgres_url = database_.url(), .kafka_brokers = brokers});
    const auto script = fleet_->folder() / "script.yaml";
    ASSERT_TRUE(write_file_atomic(script, kScript));
    model_ = {{"ARGOSY_MODEL", "script:" + script.string()}};
  }
  void start() {
    fleet_->start("scheduler");
    fleet_->start("planning", model_);
    fleet_->start("ingest", model_);
    fleet_->add_repository("org/shop", remote_.url());
  }
  http::Response get(const std::string& path, http::Headers headers = {}) {
    const auto answer = fleet_->request("GET", path, {}, std::move(headers));
    EXPECT_TRUE(answer) << to_string(answer.error());
    return answer ? *answer : http::Response{};
  }
  json::Value task(const std::string& id) { return json::parse(get("/api/v1/tasks/" + id).body).value_or(json::Value()); }
  // Waits until the task asks; its description.
  std::string asked(const std::string& id, const std::string& checkpoint, const std::string& type) {
    std::string description;
    EXPECT_TRUE(eventually([&] {
      for (const auto& one : task(id).array_or_empty("checkpoints")) {
        if (one.string_or("checkpoint_id", "") != checkpoint) continue;
        EXPECT_EQ(one.string_or("type", ""), type);
        description = one.string_or("description", "");
        return true;
      }
      return false;
    })) << json::dump_pretty(task(id));
    return description;
  }
  std::vector<std::string> states(const std::string& id) {
    std::vector<std::string> all;
    const auto view = task(id);
    for (const auto& one : view.array_or_empty("steps")) all.push_back(one.string_or("kind", "") + " " + one.string_or("state", ""));
    return all;
  }
  void answer(const std::string& id, const std::string& checkpoint, json::Object body) {
    const auto said = fleet_->request("POST", fmt::format("/api/v1/tasks/{}/checkpoints/{}", id, checkpoint), json::Value(std::move(body)));
    ASSERT_TRUE(said && said->status == 200) << (said ? said->body : to_string(said.error()));
  }
  int calls(const std::string& id, const std::string& kind) {
    const auto list = json::parse(get("/api/v1/tasks/" + id + "/calls").body).value_or(json::Value());
    int count = 0;
    for (const auto& one : list.array_or_empty("calls")) count += one.string_or("kind", "") == kind ? 1 : 0;
    return count;
  }

  testing::GitFixture remote_;
  testing::TestDatabase database_;
  std::optional<Fleet> fleet_;
  Environment model_;
};

TEST_F(PlanningInWords, GoesByWayOfAQuestionAPlanAndAnApprovalToTheSteps) {
  start();
  const auto id = fleet_->submit(json::Object{{"repository_id", "org/shop"}, {"prompt", "Round the prices."}}, "one");
  EXPECT_EQ(get("/api/v1/tasks/" + id + "/plan").status, 404);
  EXPECT_THAT(asked(id, "0-clarify", "clarification"), AllOf(HasSubstr("Half up or to even?"), HasSubstr("legacy/")));
  // Whoever dies while people think about it takes nothing along.
  fleet_->kill9("planning");
  answer(id, "0-clarify", {{"verdict", "correct"}, {"text", R"({"1":"to even"})"}});
  fleet_->start("planning", model_);
  EXPECT_THAT(asked(id, "0-plan", "approval"), AllOf(HasSubstr("Prices are rounded to even"), HasSubstr("may touch: docs/")));
  const auto proposed = get("/api/v1/tasks/" + id + "/plan");
  ASSERT_EQ(proposed.status, 200) << proposed.body;
  const auto etag = proposed.headers.at("ETag");
  EXPECT_THAT(proposed.body, HasSubstr(R"("state":"proposed")"));
  EXPECT_EQ(get("/api/v1/tasks/" + id + "/plan", {{"If-None-Match", etag}}).status, 304);
  EXPECT_EQ(task(id).array_or_empty("steps").size(), 1u) << "nothing begins before it is approved";

  answer(id, "0-plan", {{"verdict", "approve"}});
  ASSERT_TRUE(eventually([&] { return task(id).array_or_empty("steps").size() == 5; })) << json::dump_pretty(task(id));
  const auto view = task(id);
  const auto& steps = view.array_or_empty("steps");
  EXPECT_EQ(steps[0].string_or("state", ""), "succeeded");
  for (const auto at : {1, 2}) {
    EXPECT_EQ(steps[at].string_or("kind", ""), "agent");
    EXPECT_EQ(steps[at].string_or("queue", ""), "codegen");
    EXPECT_EQ(steps[at].string_or("state", ""), "ready");
  }
  EXPECT_EQ(steps[3].string_or("kind", ""), "test");
  EXPECT_EQ(steps[4].string_or("kind", ""), "push");
  const auto accepted = get("/api/v1/tasks/" + id + "/plan");
  EXPECT_THAT(accepted.body, HasSubstr(R"("state":"accepted")"));
  EXPECT_EQ(accepted.headers.at("ETag"), etag) << "what was approved is what is followed";
  const auto context = database_.value("SELECT context FROM task_spec WHERE task_id = '" + id + "'");
  EXPECT_THAT(context, AllOf(HasSubstr("legacy/"), HasSubstr("max_files_changed")));
  EXPECT_EQ(calls(id, "intent"), 1);
  EXPECT_EQ(calls(id, "plan"), 1);
}

TEST_F(PlanningInWords, FollowsThePlanThatAPersonPutsInItsPlace) {
  start();
  const auto id = fleet_->submit(json::Object{{"repository_id", "org/shop"}, {"prompt", "Round the prices."}}, "two");
  asked(id, "0-clarify", "clarification");
  answer(id, "0-clarify", {{"verdict", "correct"}, {"text", "to even"}});
  asked(id, "0-plan", "approval");
  const auto path = "/api/v1/tasks/" + id + "/plan";
  const auto proposed = get(path);
  auto plan = *json::parse(proposed.body)->find("plan");
  plan.as_object()["summary"] = "Mine";
  const auto put = [&](const json::Value& body, http::Headers headers) {
    const auto answer = fleet_->request("PUT", path, body, std::move(headers));
    EXPECT_TRUE(answer) << to_string(answer.error());
    return answer ? answer->status : 0;
  };
  EXPECT_EQ(put(plan, {}), 428);
  EXPECT_EQ(put(plan, {{"If-Match", "\"other\""}}), 412);
  EXPECT_EQ(put(json::Object{{"intent", "docs"}}, {{"If-Match", proposed.headers.at("ETag")}}), 422);
  EXPECT_EQ(put(plan, {{"If-Match", proposed.headers.at("ETag")}}), 202);
  ASSERT_TRUE(eventually([&] { return task(id).array_or_empty("steps").size() == 5; })) << json::dump_pretty(task(id));
  const auto accepted = get(path);
  EXPECT_THAT(accepted.body, AllOf(HasSubstr(R"("state":"accepted")"), HasSubstr("Mine")));

  // No worker has begun with it: all of it may still be otherwise.
  EXPECT_THAT(json::dump(task(id)), AllOf(HasSubstr("legacy/"), HasSubstr(R"("max_files_changed":5)"))) << "what it forbids holds";
  auto other = *json::parse(accepted.body)->find("plan");
  auto& nodes = other.as_object()["nodes"].as_array();
  nodes.erase(nodes.begin() + 1);
  nodes[0].as_object()["done_when"] = json::Array{"c1", "c2"};
  other.as_object()["avoid_files"] = json::Array{};
  EXPECT_EQ(put(other, {{"If-Match", accepted.headers.at("ETag")}}), 200);
  EXPECT_EQ(put(plan, {{"If-Match", accepted.headers.at("ETag")}}), 412);
  EXPECT_THAT(states(id), ElementsAre("plan succeeded", "agent superseded", "agent superseded", "test superseded", "push superseded",
                                      "agent ready", "test blocked", "push blocked"));
  EXPECT_THAT(json::dump(*task(id).find("constraints")), Not(HasSubstr("legacy/"))) << "and no longer than the plan does";
}

TEST_F(PlanningInWords, NeedsAModelAndSaysHowToConfigureOne) {
  fleet_->start("ingest");
  fleet_->add_repository("org/shop", remote_.url());
  const auto refused =
      fleet_->request("POST", "/api/v1/tasks", json::Object{{"repository_id", "org/shop"}, {"prompt", "Round the prices."}});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 422);
  EXPECT_THAT(refused->body, AllOf(HasSubstr("prompt_needs_model"), HasSubstr("ARGOSY_MODELS")));
}

}  // namespace
}  // namespace argosy::test
