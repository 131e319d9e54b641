// What is kept of a loop comes back as it was, and a loop that goes on from it goes on in the same way.
#include "common/agent/loop_state.h"

#include <memory>
#include <random>

#include "common/llm/conversation_json.h"
#include "tests/unit/agent/loop_fixture.h"

namespace argosy::agent {
namespace {

std::string bytes(std::mt19937& random) {
  std::string text;
  const auto length = random() % 40;
  const bool binary = random() % 3 == 0;
  for (std::size_t i = 0; i < length; ++i) text += static_cast<char>(binary ? random() % 256 : 32 + random() % 95);
  return text;
}

LoopState any_state(std::mt19937& random) {
  LoopState state;
  const auto number = [&] { return static_cast<std::int64_t>(random() % 100'000); };
  state.messages = {
      {.role = llm::Role::system, .parts = {llm::Text{"you"}}, .cache_until_here = random() % 2 == 0},
      {.role = llm::Role::assistant,
       .parts = {llm::Thinking{"hm", json::Object{{"signature", "s"}, {"n", 1.5}}}, llm::ToolCall{"a", "read", "{\"x\":1.50}", ""}}},
      {.role = llm::Role::user, .parts = {llm::ToolResult{"a", "täxt\n", true}, llm::Image{"image/png", "aGk="}}}};
  for (std::size_t i = random() % 4; i > 0; --i) {
    state.edits.files[bytes(random)] = random() % 3 == 0 ? std::nullopt : std::optional(bytes(random));
    state.edits.renamed_from[bytes(random)] = bytes(random);
    state.record.read[bytes(random)] = {.digest = bytes(random), .round = number(), .lines = {{1, number()}, {number(), 5}}};
    state.record.ran.push_back({.command = bytes(random), .exit_code = -1, .round = number(), .note = bytes(random)});
    state.record.notes.push_back("[ ] " + bytes(random));
    state.record.edited[bytes(random)] = number();
    state.open.push_back({.id = std::to_string(i), .name = "run_tests", .arguments = "{}", .problem = "p"});
    state.history.push_back({.action = Action{bytes(random), bytes(random)}, .round = number()});
    state.history.push_back({.observation = Observation{bytes(random), random() % 2 == 0 ? std::optional(3) : std::nullopt, bytes(random)},
                             .changed_files = true});
    state.history.push_back({.role = "user", .text = bytes(random)});
  }
  state.rounds = number();
  state.tokens = number() * number();
  state.silent = number();
  state.rounds_before = number();
  state.ended_under = number();
  state.bytes_a_kilotoken = number();
  state.asked_model = random() % 2 == 0;
  state.summarising = random() % 2 == 0;
  state.format = random() % 2 == 0 ? code::EditFormat::whole_file : code::EditFormat::str_replace;
  return state;
}

TEST(LoopStateJson, BringsEverythingBackByteForByte) {
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    const auto state = any_state(random);
    const auto text = to_json_text(state);
    const auto back = loop_state_from(text);
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(to_json_text(*back), text);
    EXPECT_EQ(back->edits.files, state.edits.files);
    EXPECT_EQ(back->edits.renamed_from, state.edits.renamed_from);
    EXPECT_EQ(back->record, state.record);
    EXPECT_EQ(back->open.size(), state.open.size());
    ASSERT_EQ(back->history.size(), state.history.size());
    for (std::size_t j = 0; j < state.history.size(); ++j) EXPECT_EQ(back->history[j].text, state.history[j].text);
  }
}

TEST(LoopStateJson, RefusesWhatItCannotRead) {
  const auto good = [] {
    LoopState state;
    state.messages = {{.role = llm::Role::user, .parts = {llm::Text{"do"}}}};
    return to_json_text(state);
  }();
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"\"version\":\"1\"", "\"version\":\"2\""},
                                                                                 {"\"rounds\":0", "\"rounds\":\"x\""},
                                                                                 {"\"record\":", "\"other\":"},
                                                                                 {"\"role\":\"user\"", "\"role\":\"robot\""}}) {
    auto bad = good;
    ASSERT_NE(bad.find(from), std::string::npos) << from;
    bad.replace(bad.find(from), from.size(), to);
    const auto state = loop_state_from(bad);
    ASSERT_FALSE(state) << from;
    EXPECT_EQ(state.error().code, "agent_state_invalid");
    EXPECT_FALSE(state.error().hint.empty());
  }
  EXPECT_FALSE(loop_state_from(good.substr(0, good.size() / 2)));
}

TEST(WorkRecordWords, TellThePlanFirstAndStayWithinTheirBytes) {
  WorkRecord record;
  EXPECT_EQ(record.in_words(1'000), "");
  record.note_plan("Plan:\n- [ ] parse\n* [x] look\n- no box\n- [?] what\n");
  record.note_plan("- [X] parse");
  record.note_run({.command = "run_tests\nx", .exit_code = 1, .round = 2, .note = "1 failed"});
  record.edited["a.py"] = 3;
  record.read["b.py"] = {.digest = std::string(64, 'd'), .round = 1, .lines = {{1, 20}}};
  EXPECT_EQ(
      record.in_words(4'000),
      "What is recorded of your work so far:\nYour plan:\n- [x] parse\n- [x] look\nFiles that you have changed (all changes are kept):\n- "
      "a.py "
      "(round 3)\nWhat was run, the newest first:\n- round 2: run_tests x: exit code 1, 1 failed\nFiles that you have read:\n- b.py (lines "
      "1-20, round 1, sha256 dddddddddddd)\n");
  EXPECT_LE(record.in_words(80).size(), 80u);
  for (int i = 0; i < 100; ++i) record.note_run({.command = std::to_string(i)});
  EXPECT_EQ(record.ran.size(), kMaxRanKept);
  EXPECT_EQ(record.ran.back().command, "99");
}

// A model and programs whose answers follow from the round alone.
class SavedLoop : public LoopTest {
 protected:
  static llm::Answer answer_of(std::int64_t round) {
    const auto id = std::to_string(round % 3);
    switch (round % 8) {
      case 0:
        return answers("- [ ] step\xff one", {calls("read_file", R"({"path":"a.py"})", id), calls("run_tests", "{}", "t")});
      case 1:
        return answers({calls("create_file", fmt::format(R"({{"path":"n{}.py","content":"x = {}\n"}})", round, round), id)});
      case 2:
        return answers("a.py\n```python\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n```\n");
      case 3:
        return answers({calls("ask_user", R"({"question":"Which?"})", id), calls("run_command", R"({"command":"ls"})", "l")});
      case 4:
        return answers("Let me think.");
      case 5:
        return answers(
            {calls("create_file", fmt::format(R"({{"path":"f{}.lock","content":"x"}})", round), id), calls("run_tests", "{}", "u")});
      case 6:
        return answers(fmt::format("g{}.lock\n```\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n```\n", round));
      default:
        return answers({calls("read_file", R"({"path":"none"})", id), calls("fly", "{}", "f")});
    }
  }

  // Until it ends or so many steps are done; where `saves` says so the loop is kept, thrown away and gone on with.
  std::string run(const std::function<bool(int step)>& saves) {
    auto held = std::make_unique<Loop>(loop());
    Next next = held->go_on();
    for (int step = 0; step < 60 && !std::holds_alternative<End>(next); ++step) {
      if (saves(step)) {
        auto kept = loop_state_from(to_json_text(held->state()));
        EXPECT_TRUE(kept) << kept.error().message;
        held = std::make_unique<Loop>(loop(std::move(*kept)));
        const auto same = held->go_on();
        EXPECT_EQ(same.index(), next.index()) << "it asks for the same again";
        if (const auto* call = std::get_if<CallModel>(&same))
          EXPECT_EQ(json::dump(llm_json(*call)), json::dump(llm_json(std::get<CallModel>(next))));
        next = same;
      }
      if (std::holds_alternative<CallModel>(next)) {
        next = held->answered(answer_of(held->state().rounds));
      } else if (const auto* runs = std::get_if<RunSteps>(&next)) {
        std::vector<tasks::RunResult> results;
        for (const auto& run : runs->runs)
          results.push_back({.call = run.call,
                             .exit_code = static_cast<int>(held->state().rounds % 2),
                             .output = fmt::format("round {}\xff", held->state().rounds)});
        next = held->ran(results);
      } else {
        const auto verdict = held->state().rounds < 8 ? tasks::Verdict::approve : tasks::Verdict::correct;
        next = held->told({.name = std::get<AskPerson>(next).question.name, .verdict = verdict, .text = "that\xff"});
      }
      expect_sound(held->state());
    }
    return to_json_text(held->state()) + std::to_string(next.index());
  }
  static json::Object llm_json(const CallModel& call) { return llm::to_json(*call.request); }
};

TEST_F(SavedLoop, EndsInTheSameStateWhereverItIsKeptAndGoneOnWith) {
  agent.limits.rounds = 40;
  const auto undisturbed = run([](int) { return false; });
  EXPECT_EQ(run([](int) { return true; }), undisturbed);
  std::mt19937 random(11);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(run([&](int) { return random() % 3 == 0; }), undisturbed);
}

// Its `finish` was its end, and would be it again.
TEST_F(LoopTest, ALoopThatIsAllowedAnewGoesOnBehindItsEndWithFullLimits) {
  agent.limits = {.rounds = 2, .tokens = 4'000, .minutes = 1, .runs = 1};
  criteria = {{.id = "c1", .text = "one() returns 2", .check = "tests"}};
  auto first = loop();
  first.go_on();
  first.answered(answers({calls("run_tests", "{}", "t")}));
  first.ran({{.call = "t", .exit_code = 1, .output = "red"}});
  now += 90'000;
  ASSERT_TRUE(std::holds_alternative<End>(first.answered(answers({finish(R"(,"not_done":"all")")}))));
  first.mark_end(0);
  auto second = loop(loop_state_from(to_json_text(first.state())).value());
  EXPECT_EQ(second.state().ended_under, 0);
  ASSERT_TRUE(std::holds_alternative<End>(second.go_on()));

  auto third = loop(second.state());
  third.allow_anew();
  const auto next = third.go_on();
  ASSERT_TRUE(std::holds_alternative<CallModel>(next));
  expect_sound(third.state());
  EXPECT_THAT(results(third.state()), ::testing::HasSubstr("[2 of 2 rounds left, 4k of 4k tokens, 1 of 1 runs, 1 of 1 minutes"));
  EXPECT_EQ(third.state().ended_under, -1);
  EXPECT_EQ(third.state().rounds, 2) << "they go on counting";
}

}  // namespace
}  // namespace argosy::agent
