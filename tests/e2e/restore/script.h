// What the model of the restore drill says: two tasks in words, of which one asks a person first. Values.
#pragma once

#include <string>

namespace argosy::test {

inline constexpr auto kAgentPrompt = "Write seven behind one.";
inline constexpr auto kAskingPrompt = "Write some number behind two.";

// `delay_ms`: how long the agent's first answer takes.
std::string restore_script(int delay_ms);

}  // namespace argosy::test
