// A step whose agent reads, edits and finishes, and what people were told of it. For tests of the driver.
#pragma once

#include "tests/unit/codegen/agent_steps.h"

namespace argosy::codegen {

inline constexpr auto kRead = R"({"path":"a.py"})";
inline constexpr auto kEdit = R"({"path":"a.py","old_string":"return 1","new_string":"return 2"})";
inline constexpr auto kFinish = R"({"summary":"it counts to two"})";

class AnAgent : public AgentSteps {
 protected:
  void reads_edits_finishes() {
    model.call({{"read_file", kRead}});
    model.call({{"edit_file", kEdit}, {"create_file", R"({"path":"c.py","content":"C = 3\n"})"}});
    model.call({{"finish", kFinish}});
  }
  static std::vector<std::string> told_by(const testing::FakeStepContext& context) {
    std::vector<std::string> told;
    for (const auto& event : context.events) told.push_back(event.type + " " + event.data);
    return told;
  }
};

}  // namespace argosy::codegen
