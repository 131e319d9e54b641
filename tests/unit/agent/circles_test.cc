// Agents that go in circles are told so twice, then ended, whatever the circle; those that find out are let go on.
#include "tests/unit/agent/loop_fixture.h"

namespace argosy::agent {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

class Circles : public LoopTest {
 protected:
  struct Course {
    std::vector<std::string> said;  // by the loop, at each round
    std::optional<End> end{};
  };

  // The answers in turn, over and over; runs always give `output`.
  Course follow(const std::function<llm::Answer(int round)>& model, int rounds = 60, const std::string& output = "ok", int code = 0) {
    auto one = loop();
    Course course;
    Next next = one.go_on();
    for (int round = 0; round < rounds; ++round) {
      next = one.answered(model(round));
      if (auto* runs = std::get_if<RunSteps>(&next)) {
        std::vector<tasks::RunResult> results;
        for (const auto& run : runs->runs) results.push_back({.call = run.call, .exit_code = code, .output = output});
        next = one.ran(results);
      }
      expect_sound(one.state());
      if (auto* end = std::get_if<End>(&next)) {
        course.end = *end;
        return course;
      }
      course.said.push_back(results(one.state()));
    }
    return course;
  }

  void expect_ended(const Course& course, StuckKind kind) {
    ASSERT_TRUE(course.end) << "it was never ended";
    EXPECT_EQ(course.end->reason, tasks::EndReason::stuck) << course.end->text;
    EXPECT_THAT(course.end->text, HasSubstr(to_string(kind)));
    EXPECT_THAT(course.said, Contains(HasSubstr("Doing it again will not help"))) << "first a nudge";
    EXPECT_THAT(course.said, Contains(HasSubstr("change your approach"))) << "then another approach";
  }
};

llm::Answer reads(int which) { return answers({calls("read_file", fmt::format(R"({{"path":"{}.py"}})", static_cast<char>('a' + which)))}); }

TEST_F(Circles, OfOneCallWithOneResultEnd) {
  const auto course = follow([](int) { return reads(0); });
  expect_ended(course, StuckKind::same_result);
  EXPECT_EQ(course.said.size(), 5u) << "the fourth is told, the fifth is told again, the sixth ends it";
}

TEST_F(Circles, OfOneErrorEnd) {
  expect_ended(follow([](int) { return reads(7); }), StuckKind::same_error);
  expect_ended(follow([](int) { return answers({calls("run_tests", "{}")}); }, 60, "1 failed: test_a in 0.2s", 1), StuckKind::same_error);
}

TEST_F(Circles, OfTwoCallsEnd) {
  expect_ended(follow([](int round) { return reads(round % 2); }), StuckKind::alternating);
}

TEST_F(Circles, OfWordsEnd) {
  const auto course = follow([](int) { return answers("I will now do it."); });
  ASSERT_TRUE(course.end);
  EXPECT_EQ(course.end->reason, tasks::EndReason::stuck);
  EXPECT_THAT(course.end->text, HasSubstr("monologue"));
}

TEST_F(Circles, OfManyCallsEnd) {
  tree = tree_of({{"a.py", "a\n"}, {"b.py", "b\n"}, {"c.py", "c\n"}});
  expect_ended(follow([](int round) { return reads(round % 3); }), StuckKind::no_progress);
}

TEST_F(Circles, WithoutAnyChangeOfAFileEnd) {
  std::map<std::string, std::string> many;
  for (int i = 0; i < 60; ++i) many[fmt::format("f{}.py", i)] = fmt::format("x = {}\n", i);
  tree = tree_of(many);
  const auto model = [](int round) { return answers({calls("read_file", fmt::format(R"({{"path":"f{}.py"}})", round))}); };
  expect_ended(follow(model), StuckKind::no_progress);
  agent.tools = {"read_file", "finish"};
  EXPECT_FALSE(follow(model, 55).end) << "an agent that only reads changes nothing";
}

TEST_F(Circles, OfWordsInOneAnswerEnd) {
  std::string text;
  for (int i = 0; i < 12; ++i) text += "I will now check whether the parser handles the empty file as it should. ";
  int which = 0;
  expect_ended(
      follow([&](int) { return answers(text, {calls("create_file", fmt::format(R"({{"path":"n{}.py","content":"x"}})", which++))}); }),
      StuckKind::repeated_text);
}

TEST_F(Circles, OfTrimmedContextsEnd) {
  auto state = start();
  for (std::size_t i = 0; i < kContextErrors; ++i) state.history.push_back({.role = "system", .text = "trimmed"});
  state.nudges = 2;
  state.rounds = 5;
  auto one = loop(state);
  const auto next = one.go_on();
  ASSERT_TRUE(std::holds_alternative<End>(next));
  EXPECT_THAT(std::get<End>(next).text, HasSubstr("context_errors"));
}

TEST_F(Circles, ThatAreLeftAreForgotten) {
  tree = tree_of({{"a.py", "a = 1\n"}, {"b.py", "b\n"}, {"c.py", "c\n"}});
  int content = 0;
  // Four times the same, then fifteen edits, and so on: no circle is ever gone on with.
  const auto course = follow(
      [&](int round) {
        if (round % 19 < 4) return reads(0);
        return answers({calls("create_file", fmt::format(R"({{"path":"n.py","content":"x = {}\n"}})", ++content))});
      },
      58);
  EXPECT_FALSE(course.end) << course.end->text;
  EXPECT_THAT(course.said, Contains(HasSubstr("Doing it again will not help")).Times(3));
}

TEST_F(Circles, AreNotSeenInWork) {
  int content = 0;
  const auto course = follow(
      [&](int round) {
        return round % 2 == 0 ? answers({calls("create_file", fmt::format(R"({{"path":"n.py","content":"x = {}\n"}})", ++content))})
                              : answers({calls("run_tests", "{}")});
      },
      38, "1 failed: test_a", 1);
  EXPECT_FALSE(course.end);
  for (const auto& said : course.said) EXPECT_THAT(said, testing::Not(HasSubstr("Doing it again")));
}

}  // namespace
}  // namespace argosy::agent
