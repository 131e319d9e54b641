// Agents are read strictly, and the built-in ones have what they need and no more.
#include "common/tasks/agent/agent_spec.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace argosy::tasks {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

bool may(std::string_view agent, const std::string& tool) {
  const auto& tools = built_in_agent(agent)->tools;
  return std::ranges::find(tools, tool) != tools.end();
}

TEST(AgentSpec, HasSevenBuiltInAgentsWithTheToolsThatEachNeeds) {
  std::vector<std::string> names;
  for (const auto& agent : built_in_agents()) {
    names.push_back(agent.name);
    EXPECT_EQ(agent.version, 0);
    EXPECT_THAT(agent.tools, Contains("finish"));
    for (const auto& tool : agent.tools) EXPECT_THAT(agent_tools(), Contains(tool)) << agent.name;
    const bool edits = may(agent.name, "edit_file");
    EXPECT_EQ(agent.limits.files_changed > 0, edits) << agent.name;
    EXPECT_EQ(agent.limits.runs > 0, may(agent.name, "run_tests")) << agent.name;
  }
  EXPECT_THAT(names, testing::ElementsAre("planner", "retriever", "coder", "refactorer", "verifier", "researcher", "supervisor"));
  for (const auto* const reader : {"planner", "retriever", "verifier", "researcher", "supervisor"})
    for (const auto* const tool : {"edit_file", "create_file", "delete_file", "apply_diff", "install_dependency"})
      EXPECT_FALSE(may(reader, tool)) << reader;
  for (const auto* const quiet : {"planner", "retriever", "researcher", "supervisor"}) EXPECT_FALSE(may(quiet, "run_command"));
  EXPECT_FALSE(may("refactorer", "install_dependency"));
  EXPECT_TRUE(may("coder", "run_tests"));
  EXPECT_EQ(built_in_agent("nobody"), nullptr);
}

TEST(AgentSpec, ComesBackFromJsonAsItWas) {
  AgentSpec spec = *built_in_agent("coder");
  spec.name = "our-coder";
  spec.version = 3;
  spec.owner = "ann";
  spec.model = "big";
  spec.instructions = "Write tests first.";
  spec.avoid_files = {"legacy/**"};
  spec.callbacks = {"https://example.org/hook?a=1"};
  spec.may_use = {"bob"};
  spec.limits.rounds = 7;
  const auto back = agent_spec_from(json::dump(to_json(spec)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, spec);
}

TEST(BuiltInAgents, ThatOnlyReadAreToldHowToLook) {
  for (const auto* name : {"planner", "retriever", "verifier", "researcher", "supervisor"}) EXPECT_EQ(built_in_agent(name)->prompt, "look");
  for (const auto* name : {"coder", "refactorer"}) EXPECT_EQ(built_in_agent(name)->prompt, "edit");
}

TEST(AgentSpec, NeedsANameAndToolsOnly) {
  const auto spec = agent_spec_from(R"({"name":"mine","tools":["read_file","finish"]})");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->role, "mine");
  EXPECT_EQ(spec->prompt, "edit");
  EXPECT_EQ(spec->limits, AgentLimits{});
}

TEST(AgentSpec, SaysWhatIsWrongAndWhere) {
  for (const auto& [text, where] : std::vector<std::pair<std::string, std::string>>{
           {"[]", "/: must be an object"},
           {"{", "/: "},
           {R"({"tools":["finish"]})", "\"name\" is missing"},
           {R"({"name":"coder","tools":["finish"]})", "/name: is a built-in"},
           {R"({"name":"No","tools":["finish"]})", "/name: "},
           {R"({"name":"a","tools":["fly","finish"]})", "/tools/0: is no tool"},
           {R"({"name":"a","tools":["read_file"]})", "finish"},
           {R"({"name":"a","tools":["finish","finish"]})", "/tools/1: stands here twice"},
           {R"({"name":"a","tools":["finish"],"colour":1})", "/colour: "},
           {R"({"name":"a","tools":["finish"],"limits":{"rounds":0}})", "/limits/rounds: must be 1 to"},
           {R"({"name":"a","tools":["finish"],"limits":{"wishes":3}})", "/limits/wishes: "},
           {R"({"name":"a","tools":["finish"],"callbacks":["http://example.org"]})", "/callbacks/0: must be an https URL"},
           {R"({"name":"a","tools":["finish"],"callbacks":["https://me@example.org/"]})", "/callbacks/0"},
           {R"({"name":"a","tools":["finish"],"avoid_files":[""]})", "/avoid_files/0"},
           {R"({"name":"a","tools":["finish"],"model":"a b"})", "/model"}}) {
    const auto spec = agent_spec_from(text);
    ASSERT_FALSE(spec) << text;
    EXPECT_EQ(spec.error().code, "agent_invalid");
    EXPECT_EQ(spec.error().category, Category::needs_user);
    EXPECT_FALSE(spec.error().hint.empty());
    EXPECT_THAT(spec.error().message, HasSubstr(where)) << text;
  }
}

}  // namespace
}  // namespace argosy::tasks
