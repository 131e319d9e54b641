// What an observer outside sees of a run, and what must never be seen. Knows nothing of how the fleet works: it is told what happened.
// Throws Violation, which ends the run. One thread.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/core/ids.h"
#include "common/store/moves.h"
#include "tests/simulation/world/plan.h"

namespace argosy::simulation {

// The code of errors that trying again does not mend, whatever somebody makes of their category.
inline constexpr const char* kForGood = "for_good";

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Ledger {
 public:
  Ledger(const Plan& plan, const tasks::RetryPolicy& promised) : plan_(plan), promised_(promised) {}

  static std::string name(const StepRef& ref);

  // A handler begins under a lease. Forgotten: a crash of the database took the claim back, and its process cannot know.
  void begins(int process, const StepRef& ref, std::int64_t epoch);
  void forgotten(const StepRef& ref, std::int64_t epoch) { forgotten_.insert({ref, epoch}); }
  // At any moment: those that a process runs and believes to be allowed to.
  void believes(const std::vector<std::pair<StepRef, std::int64_t>>& running);

  // The database accepted a finish.
  void accepted(const store::FinishedStep& finish, std::int64_t epoch_of_row);
  // A process read a message; the database was asked for steps, and answered; the message is done. Each reading has a key of its own.
  void read(int process, const std::string& key, const std::vector<StepRef>& steps);
  void asked(int process, const std::vector<StepRef>& steps);
  void done(int process, const std::string& key);
  // A step was taken from a process.
  void rescued(const StepRef& ref, bool owner_was_well);
  // What a process holds.
  void holds(std::size_t jobs, std::size_t not_urgent, std::size_t suspects_running, std::size_t hints, std::size_t unfinished);
  // A batch of claims, and whether background had something to read that could have been in it.
  void claims(int process, std::size_t others, std::size_t background, bool background_waits);
  // A step whose time had come was made ready so late, while database and scheduler were there all the time.
  void promoted(Time late);

  [[noreturn]] static void fail(const std::string& what);

 private:
  using Lease = std::pair<StepRef, std::int64_t>;

  const Plan& plan_;
  const tasks::RetryPolicy promised_;
  std::set<Lease> begun_, finished_, forgotten_;
  std::set<StepRef> succeeded_;
  std::map<StepRef, int> retries_;
  std::map<int, std::map<std::string, std::set<StepRef>>> unasked_;  // of the messages that a process has read
  std::map<int, std::size_t> passed_over_;                           // claims of other lanes since background had its turn
};

}  // namespace argosy::simulation
