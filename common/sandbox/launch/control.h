// The worker's end of the socket to argosy-confine (confine/main.cc says what is spoken). Internal to the room; one thread.
#pragma once

#include <functional>
#include <string>

#include "common/core/error.h"
#include "common/core/process/fd.h"

namespace argosy::sandbox {

class Control {
 public:
  // `on_listener` gets the listening socket of the sandbox's own network, and owns it. Errors: sandbox_unavailable (A).
  static Result<Control> create(std::function<void(int)> on_listener);

  // For the sandbox to inherit.
  int inside_fd() const { return inside_.get(); }
  // Reads what was told until now.
  void listen();
  // Asks every process of the sandbox to end.
  void ask_to_end();

  bool walls_stand() const { return ready_; }
  bool forbidden_call() const { return forbidden_call_; }  // something made a system call of another architecture
  const std::string& failure() const { return failure_; }  // empty: none

 private:
  Fd outside_, inside_;
  std::function<void(int)> on_listener_;
  bool ready_ = false, forbidden_call_ = false;
  std::string failure_;
};

}  // namespace argosy::sandbox
