// Test frameworks as whoever writes tests has to know them. Internal to this folder; pure, any thread.
#pragma once

#include <span>
#include <string_view>

namespace argosy::agent {

struct TestFramework {
  std::string_view name;       // "pytest"
  std::string_view endings;    // of the sources that it tests, with spaces: ".py"
  std::string_view file;       // the glob of its test files' names, the usual one first, with spaces
  std::string_view mark;       // what its tests or the manifest of a repository that uses it contain
  std::string_view manifests;  // where that stands, with spaces
  std::string_view rules;      // for the model: where tests go, how they are named, how they say what they expect
};

// For a language the usual one stands first.
std::span<const TestFramework> test_frameworks();
const TestFramework* test_framework(std::string_view name);
// Whether files of that name are tests, by any framework or by the folder that they lie in.
bool is_test_file(std::string_view path);

}  // namespace argosy::agent
