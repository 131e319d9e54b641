// A task in words on a real library, and what a scripted model makes of it: it plans two nodes with write-sets that do not meet, two agents
// work side by side, one of them makes a mistake that the tests see, and a mender takes it back. Values; one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/core/json.h"

namespace argosy::test {

// What one agent does: it reads a file, edits it, adds a test, has something run where `command` is not empty, and ends.
struct Work {
  std::string id, objective;
  std::string criterion, check;  // what has to be true, and how that is seen
  std::string path, seen;        // the file, and a piece of a line that only it has
  std::string before, after;     // what it edits, and how it shall be in the end
  std::string mistake{};         // what it writes first; empty: it is right at once
  std::string test_path, test;
  std::string command{}, printed{};  // and what its output holds when all is well
  int line_start = 1, line_end = 60;
};

struct Story {
  std::string library;  // of tests/fixtures/libraries/lock
  std::string prompt, title;
  Work right, wrong;
  std::string test_command{};                 // empty: what the testing worker detects
  std::vector<std::string> parts{};           // of the library; empty: all
  std::map<std::string, std::string> more{};  // files that its tests need beside it
};

Story python_story();
Story typescript_story();
Story go_story();
Story java_story();

// The rules of ARGOSY_MODEL=script for all of them. `delay_ms`: how long the third answer of the agent that is right takes.
std::string script_of(const std::vector<Story>& stories, int delay_ms = 0);

}  // namespace argosy::test
