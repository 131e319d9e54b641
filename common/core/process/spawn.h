// The fork and exec of run.cc, apart because the rules there are others: between fork and exec only async-signal-safe calls.
// Used by run.cc only.
#pragma once

#include <sys/types.h>

#include <utility>

#include "common/core/error.h"
#include "common/core/subprocess.h"

namespace argosy {

// Closes on destruction.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { reset(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

// A child that runs the program, seen from the parent: our ends of its three streams (non-blocking) and a descriptor that becomes
// readable when it ends. The caller must reap it.
struct Spawned {
  pid_t pid = -1;
  UniqueFd exited;
  UniqueFd input, out, err;
};

// Returns after the exec succeeded. Errors: program_not_found (B), spawn_failed (A).
Result<Spawned> spawn(const Command& command);

}  // namespace argosy
