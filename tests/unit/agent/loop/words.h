// What models say in tests of the loop, and what the loop wants next.
#pragma once

#include "tests/unit/agent/loop_fixture.h"

namespace argosy::agent {

inline const llm::ToolCall kRead = calls("read_file", R"({"path":"a.py"})", "r");
inline const llm::ToolCall kEdit = calls("edit_file", R"({"path":"a.py","old_string":"return 1","new_string":"return 2"})", "e");
inline const llm::ToolCall kTest = calls("run_tests", "{}", "t");

inline bool asks_model(const Next& next) { return std::holds_alternative<CallModel>(next); }
inline tasks::EndReason reason(const Next& next) { return std::get<End>(next).reason; }

}  // namespace argosy::agent
