// Commands for a part of the tests: chosen files first, one case again. Used by the testing worker. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/project/project.h"

namespace argosy::project {

inline constexpr std::size_t kMaxSelectedFiles = 500;  // more make the whole suite the better choice, and the command line too long

// As a report names it: of JUnit, TAP, go test -json.
struct CaseName {
  std::string suite{}, classname{}, name{}, file{};
};

// `files` from the root; those outside of the component are left out. Nothing when its tool cannot choose, or none or too many are left.
std::optional<std::string> some_files_command(const Component& component, const std::vector<std::string>& files);

// Runs exactly that case, as far as the tool can tell cases apart; a parameter's cases may come together. Nothing when it cannot choose.
std::optional<std::string> one_case_command(const Component& component, const CaseName& name);

// `text` as a regular expression that means only itself.
std::string escaped_for_regex(std::string_view text);

}  // namespace argosy::project
