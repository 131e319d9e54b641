// What runs on this machine, whoever started it: for tests that promise that nothing is left running. Any thread.
#pragma once

#include <filesystem>
#include <string>

#include "common/core/file.h"

namespace argosy::test {

// Whether any process has `mark` among its arguments, which a NUL ends each. Our own test program must not have it there.
inline bool runs_on_the_host(const std::string& mark) {
  std::error_code error;
  for (std::filesystem::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    const auto arguments = read_file(it->path() / "cmdline");
    if (arguments && arguments->find(mark) != std::string::npos) return true;
  }
  return false;
}

}  // namespace argosy::test
