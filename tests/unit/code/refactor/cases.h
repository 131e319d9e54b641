// Tables of refactorings: what a file becomes, or why nothing does.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/code/operations.h"
#include "tests/unit/code/support.h"

namespace argosy::code {

struct RefactorCase {
  std::string promise;  // CamelCase: the test's name
  tasks::Operation operation;
  Files files;
  Files changed{};                    // what becomes of those that change
  std::string refusal{};              // the code, or empty: it succeeds
  std::vector<std::string> places{};  // "path:line:column", of a refusal
};
void PrintTo(const RefactorCase& c, std::ostream* out);

// Applies the operation and holds what comes of it against the case.
void check(const RefactorCase& c);
std::string promise_of_case(const testing::TestParamInfo<RefactorCase>& info);

}  // namespace argosy::code
