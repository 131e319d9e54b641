// Which files hold the settings of linters and coverage tools: a change is held to those of its base commit. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::testing {

// Where linters are told what to pass over.
bool is_lint_config(const std::string& path);

// Files of a coverage tool alone: the base commit's stand in for them while the tests run.
bool is_coverage_config(const std::string& path);

// Files in which such settings stand among others: the base commit's cannot stand in for them, the tests may need the rest.
bool may_hold_coverage_settings(const std::string& path);
// What a file of that kind says about coverage, to be compared with what it said before. A configuration that is a program (vitest, jest)
// is taken as a whole once it speaks of coverage at all.
std::string coverage_settings(const std::string& path, std::string_view text);

}  // namespace argosy::testing
