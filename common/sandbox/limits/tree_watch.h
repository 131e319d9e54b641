// Watches the processes of one sandbox from outside: how much memory they use together, and when the last of them is gone. Reads what
// bubblewrap writes to its status descriptor. Internal to the room; one thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "common/core/error.h"
#include "common/core/process/fd.h"

namespace argosy::sandbox {

class TreeWatch {
 public:
  static Result<TreeWatch> create(std::int64_t memory_bytes);

  // For bubblewrap to write to.
  int status_fd() const { return write_end_.get(); }
  // True when the tree uses more than it may. Cheap until the plain sum passes the limit; then shared pages are counted once, and files in
  // memory that nobody has mapped count too.
  bool over_memory();
  // On disk, in deleted files that the tree still has open.
  std::int64_t deleted_bytes();
  // What the program's exit was, as bubblewrap told; nothing when it never started.
  std::optional<int> exit_code();
  // To the processes that pid 1 of the sandbox has started.
  void signal_first(int number);
  // Kills what is left of the tree and waits until the kernel has taken it down.
  void end();

 private:
  void read_status();
  bool is_ours(pid_t pid) const;

  Fd read_end_, write_end_;
  std::int64_t memory_bytes_ = 0;
  std::int64_t shared_then_ = 0;  // shared memory of the whole host when the run began
  std::string unread_;
  pid_t init_ = 0;                  // pid 1 of the sandbox, as the host numbers it
  std::int64_t pid_namespace_ = 0;  // tells `init_` from another process that got its number
  std::optional<int> exit_code_;
};

}  // namespace argosy::sandbox
