// Makes attempts in real sandboxes, several at the same time, and judges what came of them.
#pragma once

#include <string>
#include <vector>

#include "tests/escape/harness/attempt.h"

namespace argosy::escape {

// One of the three ways in which the suite runs.
struct Part {
  sandbox::Class kind = sandbox::Class::bwrap;
  bool root = false;   // whether this process is
  bool quick = false;  // only a few attempts, and no controls
  bool brief = false;  // of the table only what was not held
  std::string only{};  // a group's name; empty: all
  std::string title() const;
};

struct Verdict {
  const Group* group;
  const Attempt* attempt;
  enum class Kind { held, failed, not_run } kind = Kind::held;
  std::string outcome{};             // as the program told, or why it was not run
  std::string contrast{};            // where it got further
  std::vector<std::string> alone{};  // the layers that were seen to hold it by themselves
  std::string problem{};
  double seconds = 0;
};

// Verdicts in the order of the groups.
std::vector<Verdict> run_part(const Part& part, const World& world, const std::vector<Group>& groups);

}  // namespace argosy::escape
