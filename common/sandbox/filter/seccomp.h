// The seccomp filter of a sandbox, compiled by libseccomp from the list of refusals. Internal to the room; any thread.
#pragma once

#include "common/core/error.h"
#include "common/core/process/fd.h"

namespace argosy::sandbox {

// The program in the kernel's form, in a memory file of which it is all the content; for argosy-confine to load. Made once a process and
// kind, and shared: read it with pread. System calls of other architectures than this machine's own (32-bit and x32 included) kill the
// caller, and with argosy-confine the whole sandbox. `memory_counted`: a control group counts the memory, so that also what nobody has
// mapped may grow. Errors: sandbox_unavailable (A).
Result<int> seccomp_program(bool memory_counted);

}  // namespace argosy::sandbox
