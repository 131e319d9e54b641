// `argosy` as an operator runs it on a database of the restore drill, with the programs of that server. One thread.
#pragma once

#include <string>
#include <vector>

namespace argosy::test {

// What it prints; its exit code must be `expected`. What cannot be started throws std::runtime_error.
std::string run_argosy(const std::string& url, const std::vector<std::string>& words, int expected = 0);

}  // namespace argosy::test
