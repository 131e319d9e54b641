// From words to a command: looks it up, parses its arguments, prints help.
#pragma once

#include <string>
#include <vector>

namespace argosy::cli {

// The exit code (command.h).
int run(const std::vector<std::string>& words);

// What `argosy help` and `argosy help COMMAND` print; empty for an unknown command.
std::string help();
std::string help(std::string_view command);
// `argosy help tool NAME`: of a command within a group; empty when there is none.
std::string help(std::string_view group, std::string_view command);

}  // namespace argosy::cli
