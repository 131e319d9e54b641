// What a gate stops is mended by an agent where there is a model, and by a person where that does not help; what was asked stands in the
// API.
#include <gmock/gmock.h>

#include "tests/e2e/gates/gates.h"

namespace argosy::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Whatever else is asked, it is of no use.
constexpr auto kScript = R"(
rules:
  - when: {kind: edit, role: mender, turn: 1, text: ["file test_model_mends.py", test_wrong]}
    answer:
      text: |
        A number is no text.

        test_model_mends.py
        <<<<<<< SEARCH
            assert is_text(1)
        =======
            assert is_text("1")
        >>>>>>> REPLACE
      usage: {input: 1000, output: 50}
  - when: {kind: edit, role: mender, turn: 2, text: ["test_model_mends.py"]}
    answer:
      tool_calls: [{name: run_tests, arguments: {}}]
      usage: {input: 1000, output: 50}
  - when: {kind: edit, role: mender, turn: 3, result_of: run_tests}
    answer:
      tool_calls: [{name: finish, arguments: {summary: A number is no text.}}]
      usage: {input: 1000, output: 50}
  - answer:
      tool_calls: [{name: finish, arguments: {summary: I would rather not.}}]
      usage: {input: 10, output: 5}
)";

// The codegen worker has a model while this lives.
class WithAModel {
 public:
  explicit WithAModel(Fleet& fleet) : fleet_(fleet) {
    const auto script = fleet.folder() / "script.yaml";
    EXPECT_TRUE(write_file_atomic(script, kScript));
    start_again({{"ARGOSY_MODEL", "script:" + script.string()}});
  }
  ~WithAModel() { start_again({}); }

 private:
  // It says good-bye to Kafka: nobody waits for one that is silent.
  void start_again(const Environment& environment) {
    EXPECT_EQ(fleet_.process("codegen").terminate(), 0);
    fleet_.start("codegen", environment);
  }
  Fleet& fleet_;
};

json::Value got(Fleet& fleet, const std::string& path) {
  const auto answer = fleet.request("GET", path);
  EXPECT_TRUE(answer && answer->status == 200) << (answer ? answer->body : to_string(answer.error()));
  return answer ? json::parse(answer->body).value_or(json::Value()) : json::Value();
}

TEST_F(Gates, WhatAGateStopsIsMendedByAModelTestedAgainAndPushed) {
  const WithAModel model(fleet());
  const auto id = submit("test_model_mends.py", kWrongTest, 5);
  const auto task = fleet().wait_terminal(id, kTaskTime);
  ASSERT_EQ(task.string_or("status", ""), "succeeded") << json::dump_pretty(task);
  EXPECT_THAT(git_->at(task.find("result")->string_or("branch", ""), "test_model_mends.py"), HasSubstr("is_text(\"1\")"));
  EXPECT_EQ(steps(task, "fix"), 2u) << "the second goes on behind the run that the first wanted";
  EXPECT_EQ(steps(task, "run"), 1u);
  EXPECT_EQ(steps(task, "test"), 2u) << "the second waits for the last of them";

  const auto calls = got(fleet(), "/api/v1/tasks/" + id + "/calls");
  ASSERT_EQ(calls.array_or_empty("calls").size(), 3u) << json::dump_pretty(calls);
  const auto& call = calls.array_or_empty("calls").front();
  EXPECT_EQ(call.string_or("model", ""), "scripted");
  EXPECT_EQ(call.string_or("role", ""), "mender");
  ASSERT_TRUE(call.find("prompt") && call.find("prompt")->is_object()) << json::dump_pretty(call);
  EXPECT_EQ(call.find("prompt")->string_or("name", ""), "edit");
  EXPECT_EQ(call.find("prompt")->string_or("hash", "").size(), 64u);

  const auto usage = got(fleet(), "/api/v1/usage?group_by=task");
  bool found = false;
  for (const auto& one : usage.array_or_empty("usage")) {
    if (one.string_or("task_id", "") != id) continue;
    found = true;
    EXPECT_EQ(one.int_or("input_tokens", 0), 3000);
    EXPECT_EQ(one.int_or("output_tokens", 0), 150);
  }
  EXPECT_TRUE(found) << json::dump_pretty(usage);
}

TEST_F(Gates, WhereAModelIsOfNoUseAPersonIsAsked) {
  const WithAModel model(fleet());
  const auto id = submit("test_no_model_mends.py", kWrongTest, 5);
  EXPECT_THAT(question(id, "fix-1"), AllOf(HasSubstr("I would rather not."), HasSubstr("test_wrong")));
  EXPECT_EQ(got(fleet(), "/api/v1/tasks/" + id + "/calls").array_or_empty("calls").size(), 1u);
  answer(id, "fix-1", {{"verdict", "approve"}});
  EXPECT_EQ(fleet().wait_terminal(id, kTaskTime).string_or("status", ""), "succeeded");
}

}  // namespace
}  // namespace argosy::test
