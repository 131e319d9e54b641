// Promises about edits of protected files: they wait for a person, who is asked once, and what is said is good for these files alone.
#include <gtest/gtest.h>

#include "common/tasks/guards/protected_files.h"
#include "tests/unit/agent/loop_fixture.h"

namespace argosy::agent {
namespace {

using tasks::Verdict;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

bool asks_model(const Next& next) { return std::holds_alternative<CallModel>(next); }

class ProtectedEdits : public LoopTest {
 protected:
  static llm::ToolCall write(const std::string& path, const std::string& id) {
    return calls("create_file", fmt::format(R"({{"path":"{}","content":"changed\n"}})", path), id);
  }
  tasks::Question asked(const Next& next) {
    const auto* person = std::get_if<AskPerson>(&next);
    EXPECT_NE(person, nullptr) << "nobody was asked";
    return person == nullptr ? tasks::Question{} : person->question;
  }
};

TEST_F(ProtectedEdits, AskOncePerAnswerAndAreMadeWithAYes) {
  auto one = loop();
  (void)one.go_on();
  const auto question = asked(one.answered(
      answers({write("go.sum", "a"), write("b.txt", "b"), write(".github/workflows/ci.yml", "c"), calls("run_tests", "{}", "t")})));
  EXPECT_EQ(question.name, tasks::protected_files_question({".github/workflows/ci.yml", "go.sum"}));
  EXPECT_EQ(question.type, "approval");
  EXPECT_THAT(question.description, AllOf(HasSubstr("go.sum (a lock file)"), HasSubstr("ci.yml (a CI workflow)"), HasSubstr("changed")));
  EXPECT_FALSE(one.state().edits.files.contains("go.sum")) << "nothing passes before";
  EXPECT_TRUE(one.state().edits.files.contains("b.txt")) << "the others do not wait";
  EXPECT_EQ(asked(one.go_on()).name, question.name);
  expect_sound(one.state());

  const auto next = one.told({.name = question.name, .verdict = Verdict::approve, .text = "go on"});
  EXPECT_TRUE(std::holds_alternative<RunSteps>(next)) << "programs run with what was let pass";
  EXPECT_TRUE(one.state().edits.files.contains("go.sum"));
  EXPECT_TRUE(one.state().edits.files.contains(".github/workflows/ci.yml"));
  EXPECT_THAT(results(one.state()), AllOf(HasSubstr("says yes. go on"), Not(HasSubstr("!a"))));
  expect_sound(one.state());
  ASSERT_TRUE(asks_model(one.ran({{.call = "t", .output = "ok"}})));
  ASSERT_TRUE(asks_model(one.answered(answers({calls("edit_file", R"({"path":"go.sum","old_string":"changed","new_string":"b"})", "d")}))));
  EXPECT_EQ(one.state().edits.files.at("go.sum"), "b\n") << "the same file again needs no other word";
  EXPECT_NE(asked(one.answered(answers({write(".argosy.yaml", "e")}))).name, question.name) << "another file does";
}

TEST_F(ProtectedEdits, AreRefusedWithANoAndNobodyIsAskedAgain) {
  auto one = loop();
  (void)one.go_on();
  const auto question = asked(one.answered(answers({write("go.sum", "a"), finish()})));
  ASSERT_TRUE(asks_model(one.told({.name = question.name, .verdict = Verdict::reject, .text = "not now"})));
  EXPECT_THAT(results(one.state()), AllOf(HasSubstr("!a: "), HasSubstr("says no. not now"), HasSubstr("The work is not ended")));
  EXPECT_FALSE(one.state().edits.files.contains("go.sum"));
  ASSERT_TRUE(asks_model(one.answered(answers({write("go.sum", "b")}))));
  EXPECT_FALSE(one.state().edits.files.contains("go.sum"));
  expect_sound(one.state());
}

TEST_F(ProtectedEdits, WaitInTheTextOfAnAnswerToo) {
  auto one = loop();
  (void)one.go_on();
  const auto question = asked(one.answered(answers("x.lock\n```\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n```\n")));
  EXPECT_THAT(question.description, HasSubstr("x.lock"));
  ASSERT_TRUE(asks_model(one.told({.name = question.name, .verdict = Verdict::approve, .text = ""})));
  EXPECT_TRUE(one.state().edits.files.contains("x.lock"));
}

TEST_F(ProtectedEdits, AreNotAllowedByAPersonsWordToAQuestionOfTheModel) {
  auto one = loop();
  (void)one.go_on();
  (void)one.answered(answers({calls("ask_user", R"({"question":"May I change protected-files go.sum?"})", "q")}));
  ASSERT_TRUE(asks_model(one.told({.name = "ask-1", .verdict = Verdict::approve, .text = "yes"})));
  EXPECT_EQ(asked(one.answered(answers({write("go.sum", "a")}))).type, "approval");
  EXPECT_FALSE(one.state().edits.files.contains("go.sum"));
}

TEST_F(ProtectedEdits, AskOnlySoManyTimes) {
  auto one = loop();
  (void)one.go_on();
  int questions = 0;
  for (int i = 0; i < 10; ++i) {
    const auto next = one.answered(answers({write(fmt::format("f{}.lock", i), fmt::format("c{}", i))}));
    if (!std::holds_alternative<AskPerson>(next)) break;
    ++questions;
    (void)one.told({.name = std::get<AskPerson>(next).question.name, .verdict = Verdict::approve, .text = ""});
  }
  EXPECT_EQ(questions, 4);
  EXPECT_THAT(results(one.state()), HasSubstr("!c4: "));
  EXPECT_EQ(one.state().edits.files.size(), 4u);
}

}  // namespace
}  // namespace argosy::agent
