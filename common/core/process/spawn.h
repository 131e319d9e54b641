// The fork and exec of run.cc, apart because the rules there are others: between fork and exec only async-signal-safe calls.
// Used by run.cc only.
#pragma once

#include <sys/types.h>

#include "common/core/error.h"
#include "common/core/process/fd.h"
#include "common/core/subprocess.h"

namespace argosy {

// A child that runs the program, seen from the parent: our ends of its three streams (non-blocking) and a descriptor that becomes
// readable when it ends. The caller must reap it.
struct Spawned {
  pid_t pid = -1;
  Fd exited;
  Fd input, out, err;
};

// Returns after the exec succeeded. Errors: program_not_found (B), spawn_failed (A).
Result<Spawned> spawn(const Command& command);

}  // namespace argosy
