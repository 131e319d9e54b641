// Promises of agents as objects: what is built in, and what people may write.
#include "common/tasks/agent/agent_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace argosy::tasks {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(AgentSpecs, TheBuiltInOnesMayDoOnlyWhatTheirWorkNeeds) {
  std::set<std::string> names;
  for (const auto& agent : built_in_agents()) {
    names.insert(agent.name);
    EXPECT_EQ(agent.version, 0);
    EXPECT_THAT(agent.tools, Contains("finish")) << agent.name;
    std::set<std::string> once;
    for (const auto& tool : agent.tools) {
      EXPECT_THAT(agent_tools(), Contains(tool)) << agent.name;
      EXPECT_TRUE(once.insert(tool).second) << agent.name << " has " << tool << " twice";
    }
  }
  EXPECT_EQ(names, (std::set<std::string>{"planner", "retriever", "coder", "refactorer", "verifier", "researcher", "supervisor"}));
  for (const auto* name : {"planner", "retriever", "verifier", "researcher", "supervisor"})
    for (const auto* tool : {"edit_file", "create_file", "delete_file", "apply_diff"})
      EXPECT_THAT(built_in_agent(name)->tools, Not(Contains(tool))) << name;
  for (const auto* name : {"planner", "retriever", "researcher", "supervisor", "refactorer"})
    for (const auto* tool : {"run_command", "install_dependency"}) EXPECT_THAT(built_in_agent(name)->tools, Not(Contains(tool))) << name;
  EXPECT_EQ(built_in_agent("nobody"), nullptr);
}

TEST(AgentSpecs, OneGoesThereAndBack) {
  AgentSpec spec = *built_in_agent("coder");
  spec.name = "careful";
  spec.limits.rounds = 7;
  spec.avoid_files = {"docs/**"};
  spec.may_use = {"ann"};
  spec.instructions = "Write \"less\".";
  const auto back = agent_spec_from(json::dump(to_json(spec)));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(*back, spec);
}

TEST(AgentSpecs, WhatIsLeftOutHasItsDefault) {
  const auto spec = agent_spec_from(R"({"name":"mine","role":"coder","tools":["finish"],"limits":{"rounds":3}})");
  ASSERT_TRUE(spec) << to_string(spec.error());
  EXPECT_EQ(spec->prompt, "edit");
  EXPECT_EQ(spec->limits.rounds, 3);
  EXPECT_EQ(spec->limits.compactions, AgentLimits{}.compactions);
}

TEST(AgentSpecs, WhatIsWrongIsNamedWithItsPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"name":"coder","role":"coder","tools":[]})", "/name"},
      {R"({"name":"Mine","role":"coder","tools":[]})", "/name"},
      {R"({"name":"-a","role":"coder","tools":[]})", "/name"},
      {R"({"name":"mine","role":"","tools":[]})", "/role"},
      {R"({"name":"mine","tools":[]})", "the member \"role\" is missing"},
      {R"({"name":"mine","role":"coder","tools":["sudo"]})", "/tools/0"},
      {R"({"name":"mine","role":"coder","tools":[],"limits":{"rounds":0}})", "/limits"},
      {R"({"name":"mine","role":"coder","tools":[],"limits":{"years":1}})", "/limits"},
      {R"({"name":"mine","role":"coder","tools":[],"colour":"red"})", "/colour"},
      {R"({"name":"mine","role":"coder","tools":[],"version":3})", "/version"},
  };
  for (const auto& [text, place] : cases) {
    const auto spec = agent_spec_from(text);
    ASSERT_FALSE(spec) << text;
    EXPECT_EQ(spec.error().code, "agent_invalid");
    EXPECT_THAT(spec.error().message, HasSubstr(place)) << text;
  }
  EXPECT_FALSE(agent_spec_from("no json"));
}

}  // namespace
}  // namespace argosy::tasks
