// Circles of every kind are seen, and nothing that gets on is taken for one.
#include "common/agent/stuck.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "common/agent/stuck/steps.h"

namespace argosy::agent {
namespace {

using testing::Eq;
using testing::HasSubstr;

Happening did(std::string_view tool, std::string_view arguments, std::string_view output, std::string_view error = "",
              std::optional<int> code = {}) {
  return {.action = Action{std::string(tool), std::string(arguments)},
          .observation = Observation{.output = std::string(output), .exit_code = code, .error = std::string(error)}};
}
Happening edited(int which) {
  auto one = did("edit_file", fmt::format(R"({{"path":"a.py","new_string":"{}"}})", which), "done");
  one.changed_files = true;
  return one;
}
Happening said(std::string_view role, std::string_view text) { return {.role = std::string(role), .text = std::string(text)}; }
Happening ls() { return did("run_command", R"({"command":"ls"})", "a.py\nb.py", "", 0); }
Happening missing() { return did("run_command", R"({"command":"foo"})", "", "foo: command not found", 127); }

using History = std::vector<Happening>;
History repeated(const Happening& one, std::size_t times) { return History(times, one); }
History operator+(History a, const History& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(Stuck, SeesOneCallWithOneResultTheFourthTime) {
  EXPECT_THAT(stuck(repeated(ls(), 3)), Eq(std::nullopt));
  EXPECT_THAT(stuck(repeated(ls(), 4)), Eq(StuckKind::same_result));
  EXPECT_THAT(stuck(repeated(ls(), 4) + History{did("read_file", "{}", "x")}), Eq(std::nullopt)) << "it has gone on";
}

TEST(Stuck, TakesAUsersWordAndATrimmedContextNeitherForProgressNorForACircle) {
  const History between{said("user", "go on"), said("system", "the context was trimmed")};
  EXPECT_THAT(stuck(repeated(ls(), 2) + between + repeated(ls(), 1)), Eq(std::nullopt));
  EXPECT_THAT(stuck(repeated(ls(), 2) + between + repeated(ls(), 2)), Eq(StuckKind::same_result));
  EXPECT_THAT(stuck(repeated(said("user", "hello?"), 12)), Eq(std::nullopt));
  EXPECT_THAT(stuck(History{}), Eq(std::nullopt));
}

TEST(Stuck, SeesOneErrorTheThirdTime) {
  EXPECT_THAT(stuck(repeated(missing(), 2)), Eq(std::nullopt));
  EXPECT_THAT(stuck(repeated(missing(), 3)), Eq(StuckKind::same_error));
  EXPECT_THAT(stuck(repeated(missing(), 2) + History{said("user", "try again")} + repeated(missing(), 1)), Eq(StuckKind::same_error));
  EXPECT_THAT(stuck(repeated(did("run_tests", "{}", "1 failed: test_a", "", 1), 3)), Eq(StuckKind::same_error)) << "an exit code tells it";
  EXPECT_THAT(stuck(repeated(did("ipython", "{}", "Cell In[1], line 1\nSyntaxError: invalid syntax"), 3)), Eq(StuckKind::same_error));
  History errors;
  for (int line = 1; line <= 3; ++line)
    errors.push_back(did("ipython", "{}", fmt::format("Cell In[1], line {}\nSyntaxError: invalid syntax", line)));
  EXPECT_THAT(stuck(errors), Eq(std::nullopt)) << "in another line each time";
}

TEST(Stuck, LooksForAFileInSeveralPlacesButNotForEver) {
  History searching;
  for (int i = 0; i < 4; ++i) searching.push_back(did("read_file", fmt::format(R"({{"path":"{}/a.py"}})", i), "", "no such file"));
  EXPECT_THAT(stuck(searching), Eq(std::nullopt));
  searching.push_back(did("read_file", R"({"path":"9/a.py"})", "", "no such file"));
  EXPECT_THAT(stuck(searching), Eq(StuckKind::same_error));
}

TEST(Stuck, SeesTwoCallsThatTakeTurns) {
  const History turn{ls(), did("read_file", R"({"path":"a.py"})", "x = 1")};
  EXPECT_THAT(stuck(turn + turn), Eq(std::nullopt));
  EXPECT_THAT(stuck(turn + turn + turn), Eq(StuckKind::alternating));
  EXPECT_THAT(stuck(turn + History{said("user", "hm")} + turn + turn), Eq(StuckKind::alternating));
  History changing;
  for (int i = 0; i < 3; ++i) changing = changing + History{ls(), did("status", "{}", fmt::format("{} of 9 done", i))};
  EXPECT_THAT(stuck(changing), Eq(std::nullopt)) << "what is polled changes";
}

TEST(Stuck, SeesCirclesOfAnyLength) {
  History circle;
  for (int i = 0; i < 3; ++i) circle.push_back(did("read_file", fmt::format(R"({{"path":"{}"}})", i), fmt::format("text {}", i)));
  EXPECT_THAT(stuck(circle + circle + circle), Eq(std::nullopt));
  EXPECT_THAT(stuck(circle + circle + circle + circle), Eq(StuckKind::no_progress));
}

TEST(Stuck, SeesManyRoundsThatChangeNoFile) {
  History reading;
  for (std::size_t i = 0; i + 1 < kRoundsWithoutChange; ++i)
    reading.push_back(did("read_file", fmt::format(R"({{"path":"{}"}})", i), fmt::format("text {}", i)));
  EXPECT_THAT(stuck(reading), Eq(std::nullopt));
  reading.push_back(ls());
  EXPECT_THAT(stuck(reading), Eq(StuckKind::no_progress));
  EXPECT_THAT(stuck(reading, false), Eq(std::nullopt)) << "who only reads need not change anything";
  EXPECT_THAT(stuck(reading + History{edited(1)}), Eq(std::nullopt));
  for (auto& one : reading) one.round = 1;
  EXPECT_THAT(stuck(reading), Eq(std::nullopt)) << "many calls of one answer are one round";
}

TEST(Stuck, SeesAMonologue) {
  const auto doing_well = said("assistant", "I'm doing well, thanks for asking.");
  EXPECT_THAT(stuck(repeated(doing_well, 2)), Eq(std::nullopt));
  EXPECT_THAT(stuck(repeated(doing_well, 3)), Eq(StuckKind::monologue));
  EXPECT_THAT(stuck(repeated(doing_well, 2) + History{ls()} + repeated(doing_well, 2)), Eq(std::nullopt)) << "it has done something";
  EXPECT_THAT(stuck(History{said("assistant", "Step 1: I will look."), said("assistant", "step 2 - I will look"),
                            said("assistant", "Step 13: I will LOOK.")}),
              Eq(StuckKind::monologue));
  const History plan{said("assistant", "First the parser."), said("assistant", "Then its tests."), said("assistant", "Now the docs."),
                     said("assistant", "Let me begin.")};
  EXPECT_THAT(stuck(plan), Eq(std::nullopt));
  EXPECT_THAT(stuck(plan + History{said("assistant", "Soon.")}), Eq(StuckKind::monologue));
  EXPECT_THAT(stuck(plan + History{said("user", "And?"), said("assistant", "Soon.")}), Eq(std::nullopt)) << "a talk between two";
}

TEST(Stuck, SeesTextThatRepeatsItself) {
  std::string text = "Let me see.\n";
  for (int i = 0; i < 9; ++i) text += "I will now check whether the parser handles the empty file. ";
  EXPECT_THAT(stuck(History{said("assistant", text)}), Eq(std::nullopt));
  text += "I will now check whether the parser handles the empty file. ";
  EXPECT_THAT(stuck(History{said("assistant", text)}), Eq(StuckKind::repeated_text));
  EXPECT_THAT(stuck(History{said("assistant", text), ls()}), Eq(std::nullopt)) << "it found its way out";
  EXPECT_THAT(stuck(History{said("user", text)}), Eq(std::nullopt));
  EXPECT_THAT(stuck(History{said("assistant", text), said("user", "stop")}), Eq(StuckKind::repeated_text));
  std::string letters;
  for (int i = 0; i < 300; ++i) letters += "ha";
  EXPECT_TRUE(repeats_itself(letters));
  EXPECT_FALSE(repeats_itself(letters.substr(0, 200)));
  std::string short_one;
  for (int i = 0; i < 12; ++i) short_one += "I should look at the file once more to be sure. ";
  EXPECT_TRUE(repeats_itself(short_one)) << "pieces that overlap count, too";
}

TEST(Stuck, LetsCodeAndTablesRepeatThemselves) {
  std::string rows, code = "```python\n", table, rule(800, '-');
  for (int i = 0; i < 20; ++i) {
    code += "    self.assertEqual(response.status_code, 200, response.content)\n";
    table += "| a column of a table | another column of that table | yes |\n";
    rows += fmt::format("Case {0}: for the input {0}{0} it must be {1} since {2} comes before {3} in the list of all the names.\n", i * 7,
                        i * 31, std::string(static_cast<std::size_t>(i) + 3, static_cast<char>('a' + i)), i);
  }
  EXPECT_FALSE(repeats_itself(code + "```\n"));
  EXPECT_TRUE(repeats_itself(code)) << "a fence that stays open hides nothing";
  EXPECT_FALSE(repeats_itself(table));
  EXPECT_FALSE(repeats_itself(rows));
  EXPECT_FALSE(repeats_itself(rule));
}

TEST(Stuck, SeesContextsThatAreTrimmedAgainAndAgain) {
  const auto trimmed = said("system", "the context was trimmed");
  EXPECT_THAT(stuck(repeated(trimmed, kContextErrors - 1)), Eq(std::nullopt));
  EXPECT_THAT(stuck(repeated(trimmed, kContextErrors)), Eq(StuckKind::context_errors));
  EXPECT_THAT(stuck(repeated(trimmed, 5) + History{ls()} + repeated(trimmed, 5)), Eq(std::nullopt));
}

TEST(Stuck, LetsWorkGoOn) {
  History pages, tests, polling;
  for (int i = 0; i < 12; ++i)
    pages.push_back(did("read_file", fmt::format(R"({{"line_start":{},"path":"a.py"}})", i * 100), fmt::format("lines {}", i)));
  for (int i = 0; i < 6; ++i) tests = tests + History{edited(i), did("run_tests", "{}", "1 failed: test_a", "", 1)};
  for (int i = 0; i < 8; ++i) polling.push_back(did("run_tests", "{}", fmt::format("{} passed, 3 failed in 0.{}s", i, i), "", 1));
  EXPECT_THAT(stuck(pages), Eq(std::nullopt)) << "other parts of one file";
  EXPECT_THAT(stuck(tests), Eq(std::nullopt)) << "the same tests after each edit";
  EXPECT_THAT(stuck(polling), Eq(std::nullopt)) << "more of them pass";
}

TEST(Stuck, DoesNotCountWhatChangesByItself) {
  History clocks, steps;
  for (int i = 0; i < 4; ++i)
    clocks.push_back(
        did("run_command", R"({"command":"make"})",
            fmt::format("[1] 4{0}711\n2026-11-22 19:0{0}:12 ready in 0.{0}3s, pid {0}12, object at 0x7f{0}a3c00, localhost:4{0}123", i), "",
            0));
  EXPECT_THAT(stuck(clocks), Eq(StuckKind::same_result));
  for (int i = 0; i < 4; ++i)
    steps.push_back(did("run_command", fmt::format(R"({{"command":"kill -9 4{}71"}})", i), "", "no such process"));
  EXPECT_THAT(stuck(steps), Eq(StuckKind::same_error));
}

TEST(StuckHistory, ReadsWhatWasRecordedInHalvesOrWhole) {
  const auto whole = history_from(R"([{"message":{"role":"user","text":"go","at":1}},
    {"action":{"tool":"t","arguments":{"b":1,"a":2}},"observation":{"output":"o","exit_code":0,"error":null},"id":7},
    {"action":{"tool":"t","arguments":"{\"a\":2, \"b\":1}"}},{"observation":{"output":"o","exit_code":0}}])");
  ASSERT_TRUE(whole) << whole.error().message;
  const auto steps = steps_of(*whole);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0], steps[1]);
  std::string halves = "[";
  for (int i = 0; i < 4; ++i) halves += R"({"action":{"tool":"ls"}},{"observation":{"output":"a"}},)";
  EXPECT_THAT(stuck(*history_from(halves + R"({"message":{"role":"user","text":"?"}}])")), Eq(StuckKind::same_result));
  halves.resize(halves.rfind(R"({"observation)"));
  EXPECT_THAT(stuck(*history_from(halves.substr(0, halves.size() - 1) + "]")), Eq(std::nullopt)) << "the last result is not known yet";
}

TEST(StuckHistory, TellsEditsByTheirNamesWhenTheySucceeded) {
  const auto history = history_from(R"([{"action":{"tool":"str_replace_editor","arguments":{"command":"view"}}},
    {"action":{"tool":"str_replace_editor","arguments":{"command":"str_replace"}}},
    {"action":{"tool":"edit_file"},"observation":{"error":"text_not_found"}},
    {"action":{"tool":"execute_bash","arguments":{"command":"sed -i s/a/b/ c.py"}},"observation":{"exit_code":0}}])");
  ASSERT_TRUE(history) << history.error().message;
  std::vector<bool> changed;
  for (const auto& one : *history) changed.push_back(one.changed_files);
  EXPECT_THAT(changed, testing::ElementsAre(false, true, false, true));
}

TEST(StuckHistory, SaysWhatIsWrongAndWhere) {
  for (const auto& [text, why] :
       std::vector<std::pair<std::string, std::string>>{{"{}", "no list"},
                                                        {"[{}]", "entry 1"},
                                                        {R"([{"message":{"role":"robot"}}])", "message.role"},
                                                        {R"([{"action":{"tool":3}}])", "action.tool"},
                                                        {R"([{"observation":{"exit_code":"0"}}])", "exit_code"}}) {
    const auto history = history_from(text);
    ASSERT_FALSE(history) << text;
    EXPECT_EQ(history.error().code, "history_malformed");
    EXPECT_THAT(history.error().message, HasSubstr(why));
  }
  EXPECT_FALSE(history_from("["));
}

}  // namespace
}  // namespace argosy::agent
