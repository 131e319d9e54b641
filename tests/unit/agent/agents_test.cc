// What agents may name is what the toolbox has.
#include <gmock/gmock.h>

#include "common/agent/tools/toolbox.h"
#include "common/tasks/agent/agent_spec.h"

namespace argosy::agent {
namespace {

TEST(Agents, MayNameEveryToolThatThereIs) {
  const Toolbox tools;
  const std::vector<std::string> all(tasks::agent_tools().begin(), tasks::agent_tools().end());
  EXPECT_EQ(tools.offered(all).size(), all.size());
  for (const auto& tool : all) EXPECT_TRUE(tools.effect(tool)) << tool;
}

}  // namespace
}  // namespace argosy::agent
