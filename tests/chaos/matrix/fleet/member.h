// One place in the fleet and the process that fills it, again and again: codegen-2, scheduler-1, ingest. What cannot be started throws
// std::runtime_error, and so does a process that ended without being told to. One thread, which lives as long as the process.
#pragma once

#include <optional>
#include <string>

#include "tests/chaos/matrix/fleet/stage.h"

namespace argosy::chaos {

class Member {
 public:
  // `role`: one of the five queues, scheduler, ingest or fanout. Starts nothing yet.
  Member(const Stage& stage, std::string role, std::string name);

  const std::string& role() const { return role_; }
  const std::string& name() const { return name_; }
  bool runs_steps() const;

  // With `more` in its environment; start() waits until it is ready, launch() does not.
  void launch(const test::Environment& more = {});
  void start(const test::Environment& more = {});
  void wait_ready();
  void kill9();      // also one that is dead already
  void terminate();  // as an operator would, and waits for its end
  void freeze() { living().freeze(); }
  void thaw() { living().thaw(); }
  // Until it says that it has come to a failpoint; false after `patience`, or when it ended without.
  bool comes_to(std::string_view place, std::chrono::milliseconds patience);
  void wait_end() { process_->wait_exit(); }
  // Throws when it does not run.
  void must_live() { living(); }

 private:
  test::Process& living();
  bool found_its_port_taken() const;

  const Stage& stage_;
  const std::string role_, name_;
  int starts_ = 0;
  test::Environment more_{};  // of the last launch
  std::optional<test::Process> process_;
};

}  // namespace argosy::chaos
