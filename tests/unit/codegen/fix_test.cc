// Promises of a fix round: an agent mends while it may, then a person decides, and whatever mends is held to what a change is held to.
#include "workers/codegen/fix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/codegen/stopped_change.h"

namespace argosy::codegen {
namespace {

using namespace tasks;
using ::testing::AllOf;
using ::testing::HasSubstr;

using Fix = StoppedChange;

// What a person would answer.
constexpr auto kEdit = R"([{"op":"edit_file","path":"a","old_string":"2","new_string":"3"}])";

TEST_F(Fix, WithoutAnAgentAPersonIsAskedWithTheGatesWords) {
  const auto asked = question();
  EXPECT_EQ(asked.name, "fix-1");
  EXPECT_THAT(asked.description, AllOf(HasSubstr("1 test fails that did not fail before: test_a"), HasSubstr("log of step 101")));
  ASSERT_TRUE(asked.because);
  EXPECT_EQ(asked.because->category, Category::code_logic);
  EXPECT_EQ(asked.because->code, "tests_failed");
}

TEST_F(Fix, ACorrectionIsDoneOnTopOfTheChange) {
  answered("fix-1", Verdict::correct, kEdit);
  const auto result = run();
  ASSERT_TRUE(result && !result->question) << (result ? result->question->description : to_string(result.error()));
  EXPECT_EQ(mended(result->output, "a"), "3\n");
  EXPECT_EQ(context.count("file_modified"), 2u) << "one of the change, one of the fix";
}

TEST_F(Fix, AnAnswerThatCannotBeUsedIsAskedAboutAgain) {
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"make it green", "is not JSON"},
           {R"({"op":"delete_file","path":"a"})", "not a list"},
           {"[]", "the answer"},
           {R"([{"op":"edit_file","path":"../a","old_string":"2","new_string":"3"}])", "/0/path"},
           {R"([{"op":"edit_file","path":"a","old_string":"nowhere","new_string":"3"}])", "operation 1"},
           {R"([{"op":"edit_file","path":"a","old_string":"2","new_string":"2"}])", ""}}) {
    step.answers.clear();
    answered("fix-1", Verdict::correct, text);
    const auto again = question();
    EXPECT_EQ(again.name, "fix-1-2") << text;
    EXPECT_THAT(again.description, AllOf(HasSubstr(why), HasSubstr("did not help"), HasSubstr("test_a")));
    ASSERT_TRUE(again.because);
    EXPECT_EQ(again.because->category, Category::needs_user) << text;
  }
  answered("fix-1-2", Verdict::correct, kEdit);
  const auto result = run();
  ASSERT_TRUE(result && !result->question);
  EXPECT_EQ(mended(result->output, "a"), "3\n");
}

TEST_F(Fix, ACorrectionIsHeldToTheConstraintsOfTheWholeChange) {
  step.task.max_files_changed = 1;
  answered("fix-1", Verdict::correct, R"([{"op":"edit_file","path":"b","old_string":"1","new_string":"2"}])");
  EXPECT_EQ(question().because->code, "max_files_exceeded") << "a and b are two";
  step.task.max_files_changed.reset();
  step.task.avoid_files = {"b"};
  EXPECT_EQ(question().because->code, "avoid_files_violated");
}

TEST_F(Fix, ApprovedGatesAreNamedWithThePerson) {
  answered("fix-1", Verdict::approve);
  const auto result = run();
  ASSERT_TRUE(result && !result->question);
  const auto output = change_output_from(result->output).value();
  EXPECT_EQ(output.patch, "");
  ASSERT_EQ(output.accepted.size(), 1u);
  EXPECT_EQ(output.accepted[0].gate, "tests");
  EXPECT_EQ(output.accepted[0].by, "ann");
  EXPECT_EQ(output.accepted[0].failing, std::vector<std::string>{"test_a"});
  EXPECT_EQ(output.accepted[0].text, failed.gates[0].text);
}

TEST_F(Fix, ARejectionEndsTheTaskWithTheGatesError) {
  answered("fix-1", Verdict::reject);
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().category, Category::code_logic);
  EXPECT_EQ(result.error().code, "tests_failed");
  EXPECT_EQ(result.error().message, failed.gates[0].text);
  EXPECT_THAT(result.error().hint, HasSubstr("ann rejected it"));
}

TEST_F(Fix, APersonMayTouchProtectedFiles) {
  answered("fix-1", Verdict::correct, R"([{"op":"create_file","path":".github/workflows/ci.yml","content":"on: push\n"}])");
  const auto result = run();
  ASSERT_TRUE(result && !result->question);
  EXPECT_EQ(mended(result->output, ".github/workflows/ci.yml"), "on: push\n");
}

TEST_F(Fix, NoAgentMendsAfterTheLastRoundNorAGateThatFailedThreeTimesNorAgainstAPersonsAnswer) {
  const auto may = [this] {
    step.payload = to_json_text(failed);
    return agent_may_mend(step);
  };
  EXPECT_TRUE(may());
  failed.round = failed.max_rounds + 1;
  EXPECT_FALSE(may());
  failed.round = 3;
  failed.gates[0].times = kTriesOfAGate;
  EXPECT_FALSE(may());
  failed.gates[0].times = 1;
  EXPECT_TRUE(may());
  answered("fix-3", Verdict::correct, kEdit);
  EXPECT_FALSE(may());
}

}  // namespace
}  // namespace argosy::codegen
