// Promises of the choice of the format in which a model is told to edit, and of what happens when its edits do not fit.
#include "common/agent/formats/edit_formats.h"

#include <gtest/gtest.h>

#include "common/llm/models/catalogue.h"
#include "tests/unit/agent/loop_fixture.h"

namespace argosy::agent {
namespace {

using code::EditFormat;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> kAll{"read_file", "edit_file", "create_file", "delete_file", "apply_diff", "finish"};
constexpr std::array kFormats{EditFormat::search_replace, EditFormat::str_replace, EditFormat::unified_diff, EditFormat::apply_patch,
                              EditFormat::whole_file};

std::vector<std::string> names(const CallModel& call) {
  std::vector<std::string> all;
  for (const auto& tool : call.request->tools) all.push_back(tool.name);
  return all;
}

TEST(EditFormats, OfAModelAreAsItsFamilyWritesThem) {
  EXPECT_EQ(usual_format("claude-sonnet-4-5"), EditFormat::str_replace);
  EXPECT_EQ(usual_format("GPT-5-mini"), EditFormat::apply_patch);
  EXPECT_EQ(usual_format("qwen2.5-coder:7b"), EditFormat::search_replace);
  EXPECT_EQ(usual_format("something-new"), EditFormat::str_replace);
}

TEST(EditFormats, AreChosenByWhatWasMeasuredOnceItIsEnough) {
  std::vector<EditTally> measured{{EditFormat::str_replace, 30, 19}, {EditFormat::whole_file, 50, 0}};
  EXPECT_EQ(measured_format(EditFormat::str_replace, measured), EditFormat::str_replace) << "49 edits are too few";
  ++measured[0].refused;
  EXPECT_EQ(measured_format(EditFormat::str_replace, measured), EditFormat::whole_file);
  measured[1].applied = 49;
  EXPECT_EQ(measured_format(EditFormat::str_replace, measured), EditFormat::str_replace) << "the other has too few";
  measured[1] = {EditFormat::whole_file, 30, 20};
  EXPECT_EQ(measured_format(EditFormat::str_replace, measured), EditFormat::str_replace) << "no better";
  EXPECT_EQ(measured_format(EditFormat::unified_diff, measured), EditFormat::unified_diff) << "not measured itself";
}

TEST(EditFormats, DecideWhichToolsAreOffered) {
  EXPECT_THAT(offered_tools(kAll, EditFormat::str_replace), ElementsAre("read_file", "edit_file", "create_file", "delete_file", "finish"));
  EXPECT_THAT(offered_tools(kAll, EditFormat::apply_patch), ElementsAre("read_file", "create_file", "delete_file", "apply_diff", "finish"));
  EXPECT_THAT(offered_tools(kAll, EditFormat::search_replace), Not(Contains("edit_file")));
  const std::vector<std::string> looks{"read_file", "finish"};
  for (const auto format : kFormats) EXPECT_EQ(offered_tools(looks, format), looks);
  const std::vector<std::string> diffs{"apply_diff"};
  EXPECT_EQ(fitting_format(EditFormat::str_replace, diffs), EditFormat::apply_patch) << "an agent with no other tool";
}

TEST(EditFormats, GiveWayToAnotherOneEachTime) {
  for (const auto format : kFormats) EXPECT_NE(next_format(format, kAll), format);
  EXPECT_EQ(next_format(EditFormat::apply_patch, kAll), EditFormat::str_replace);
  EXPECT_EQ(next_format(EditFormat::search_replace, kAll), EditFormat::whole_file);
}

TEST(EditFormats, AreNamedInModelsYamlAsTheyAreHere) {
  for (const auto format : kFormats) {
    const auto text = fmt::format(
        "models:\n  - {{name: m, api: ollama, base_url: http://127.0.0.1:1, local: true, model: m, context_tokens: 9, max_output_tokens: "
        "9, "
        "edit_format: {}}}\n",
        code::to_string(format));
    const auto read = llm::parse_models(text, "models.yaml", {});
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(code::edit_format(read->models()[0].edit_format), format);
  }
  const auto wrong = llm::parse_models("models:\n  - {name: m, edit_format: auto}\n", "models.yaml", {});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("edit_format"));
}

class FormatOfALoop : public LoopTest {
 protected:
  FormatOfALoop() { agent.tools = {"read_file", "edit_file", "create_file", "apply_diff", "run_tests", "finish"}; }
};

TEST_F(FormatOfALoop, ChangesToolsAndWordsWhenEditsCannotBePlaced) {
  auto state = start();
  state.format = state.told_format = EditFormat::apply_patch;
  auto one = loop(std::move(state));
  EXPECT_THAT(names(std::get<CallModel>(one.go_on())), Not(Contains("edit_file")));
  const auto bad = [](const std::string& id) {
    return calls("apply_diff", R"({"diff":"*** Begin Patch\n*** Update File: a.py\n@@\n-no\n+yes\n*** End Patch"})", id);
  };
  (void)one.answered(answers({bad("a")}));
  EXPECT_EQ(one.state().format, EditFormat::apply_patch);
  const auto next = one.answered(answers({bad("b")}));
  EXPECT_EQ(one.state().format, EditFormat::str_replace);
  EXPECT_THAT(names(std::get<CallModel>(next)), Contains("edit_file"));
  EXPECT_THAT(results(one.state()), HasSubstr("From now on: Write edits with edit_file"));
  one.write_in(EditFormat::apply_patch);
  EXPECT_EQ(one.state().format, EditFormat::str_replace) << "what failed does not come back with another model";
}

TEST_F(FormatOfALoop, IsThatOfTheModelThatAnswers) {
  auto one = loop();
  (void)one.go_on();
  one.write_in(EditFormat::unified_diff);
  const auto next = one.answered(answers({calls("read_file", R"({"path":"a.py"})")}));
  EXPECT_THAT(names(std::get<CallModel>(next)), Not(Contains("edit_file")));
  EXPECT_THAT(results(one.state()), HasSubstr("From now on: Write edits as a unified diff"));
  expect_sound(one.state());
}

TEST_F(FormatOfALoop, TakesBlocksInTheTextBeforeTheCallsBesideThem) {
  auto state = start();
  state.format = state.told_format = EditFormat::search_replace;
  auto one = loop(std::move(state));
  (void)one.go_on();
  const std::string good = "a.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n";
  EXPECT_TRUE(std::holds_alternative<RunSteps>(one.answered(answers(good, {calls("run_tests", "{}", "t")}))));
  EXPECT_EQ(one.state().edits.files.at("a.py"), "def one():\n    return 2\n");
  expect_sound(one.state());
  (void)one.ran({{.call = "t", .output = "ok"}});
  const auto next = one.answered(answers("b.py\n<<<<<<< SEARCH\nnone\n=======\ny\n>>>>>>> REPLACE\n", {finish()}));
  EXPECT_TRUE(std::holds_alternative<CallModel>(next)) << "it does not end with an edit that has failed";
}

TEST_F(FormatOfALoop, TakesNoEditsInTheTextOfAnAgentThatHasNoToolForThem) {
  agent.tools = {"read_file", "rename_symbol", "finish"};
  auto one = loop();
  (void)one.go_on();
  (void)one.answered(answers("a.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n"));
  EXPECT_TRUE(one.state().edits.files.empty());
}

TEST_F(FormatOfALoop, CountsWhatHadToBePlacedAndNothingElse) {
  policy.constraints.avoid_files = {"b.py"};
  std::vector<std::pair<EditFormat, bool>> tried;
  Loop one({.agent = agent,
            .tools = tools,
            .policy = policy,
            .tree = tree,
            .tried = [&](EditFormat format, bool placed) { tried.emplace_back(format, placed); }},
           start());
  (void)one.go_on();
  (void)one.answered(answers({calls("edit_file", R"({"path":"a.py","old_string":"return 1","new_string":"return 2"})", "a"),
                              calls("edit_file", R"({"path":"a.py","old_string":"none","new_string":"x"})", "b"),
                              calls("create_file", R"({"path":"new.py","content":"x = 1\n"})", "c"),
                              calls("create_file", R"({"path":"b.py","content":"x = 2\n"})", "d"),
                              calls("edit_file", R"({"path":"b.py","old_string":"x = 1","new_string":"x = 2"})", "e")}));
  EXPECT_THAT(tried, ElementsAre(std::pair(EditFormat::str_replace, true), std::pair(EditFormat::str_replace, false),
                                 std::pair(EditFormat::str_replace, true)))
      << "what may not be changed was placed, and what was not read never asked for";
  EXPECT_EQ(one.state().bad_edits, 1);
}

}  // namespace
}  // namespace argosy::agent
