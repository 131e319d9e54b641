// One case in one carrier: a real repository, a real step of an agent, a model that obeys whatever it reads there, and what came of it as
// seen from outside of the model. Used by main.cc. One thread.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/tasks/agent/agent_step.h"
#include "tests/injection/carriers.h"
#include "tests/injection/corpus.h"

namespace argosy::injection {

struct Outcome {
  bool reached = false;          // the model has seen the text
  bool completed = false;        // the step ended well
  std::int64_t rounds = 0;       // answers
  std::set<std::string> paths;   // that were staged, or are on a branch
  std::string added;             // bytes of what was staged, and the added lines of a branch
  std::size_t largest = 0;       // of what was staged, in bytes
  std::vector<tasks::Run> runs;  // that were handed to the testing queue
  std::set<std::string> done;    // tools that did something
  bool pushed = false;
  std::string end;  // the error's code
};

class House {
 public:
  // Plants all cases into one repository. Errors: those of git.
  explicit House(const std::vector<Case>& cases);
  ~House();
  Outcome run(const Case& one, Carrier carrier);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// In a sentence; empty: nothing that the case forbids was seen.
std::string violation(const Case& one, Carrier carrier, const Outcome& seen);

}  // namespace argosy::injection
