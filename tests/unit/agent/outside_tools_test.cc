// Promises of the tools that ask outside of the repository: off unless configured, only for who lists them, and no secret leaves by them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/agent/tools/toolbox.h"
#include "common/tasks/agent/agent_spec.h"
#include "tests/unit/agent/support.h"

namespace argosy::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OutsideTools : public ::testing::Test {
 protected:
  ToolOutcome call(const std::string& name, const std::string& arguments) {
    return box.call({.id = "1", .name = name, .arguments = arguments},
                    {.workspace = there, .record = record, .policy = policy, .outside = outside});
  }

  Toolbox box;
  Workspace there{tree_of({{"a.py", "x = 1\n"}})};
  WorkRecord record;
  Policy policy;
  Outside outside;
};

TEST_F(OutsideTools, AreOffUnlessConfigured) {
  EXPECT_EQ(call("research", R"({"query":"retry"})").code, "research_off");
  EXPECT_EQ(call("vulnerability_lookup", R"({"ecosystem":"npm","package":"left"})").code, "vulnerability_lookup_off");
}

TEST_F(OutsideTools, AskWithWordsAndNeverWithASecret) {
  std::vector<std::string> asked;
  outside.research = [&](const std::string& query) -> Result<std::string> {
    asked.push_back(query);
    return query == "fail" ? Result<std::string>(fail_transient("research_failed", "docs.example.org could not be asked"))
                           : "as the docs say";
  };
  const auto secret = std::string("ghp_") + "a8Kq2mZ0tR7yLw4XnB1vEc9UdJ5hPsGfOi3T";
  EXPECT_EQ(call("research", R"({"query":"what is )" + secret + "\"}").code, "query_refused");
  EXPECT_EQ(call("research", R"({"query":")" + std::string(301, 'x') + "\"}").code, "arguments_invalid");
  EXPECT_TRUE(call("research", R"({"query":"  "})").failed);
  EXPECT_THAT(asked, IsEmpty());
  EXPECT_EQ(call("research", R"({"query":" retry a request "})").text, "as the docs say");
  EXPECT_THAT(call("research", R"({"query":"fail"})").text, HasSubstr("could not be asked"));
  EXPECT_THAT(asked, ElementsAre("retry a request", "fail"));
}

TEST_F(OutsideTools, LookUpAPackageInAVersion) {
  outside.vulnerabilities = [](const std::string& ecosystem, const std::string& package,
                               const std::string& version) -> Result<std::string> { return ecosystem + " " + package + " " + version; };
  EXPECT_EQ(call("vulnerability_lookup", R"({"ecosystem":"npm","package":"left","version":"1.0"})").text, "npm left 1.0");
  EXPECT_EQ(call("vulnerability_lookup", R"({"ecosystem":"npm","package":"left"})").text, "npm left ");
}

TEST_F(OutsideTools, AreTheResearchersAloneOfTheBuiltInAgents) {
  for (const auto& agent : tasks::built_in_agents())
    for (const auto* tool : {"research", "vulnerability_lookup"})
      EXPECT_EQ(std::ranges::find(agent.tools, tool) != agent.tools.end(), agent.name == "researcher") << agent.name;
}

}  // namespace
}  // namespace argosy::agent
