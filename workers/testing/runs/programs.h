// Which programs the sandbox will find: for tools that only count where they are installed. Any thread.
#pragma once

#include <string>
#include <vector>

#include "common/project/detect.h"

namespace argosy::testing {

// Looks into the sandbox's PATH and the operator's folders (test_paths.h).
project::HasProgram programs_of(const std::vector<std::string>& test_paths);

}  // namespace argosy::testing
