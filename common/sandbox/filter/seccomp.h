// The seccomp filter of a sandbox, compiled by libseccomp from the list of refusals. Internal to the room; any thread.
#pragma once

#include "common/core/error.h"
#include "common/sandbox/fd.h"

namespace argosy::sandbox {

// The program in the kernel's form, in a memory file of which it is all the content; for argosy-confine to load. Made once a process and
// shared: read it with pread. System calls of other architectures than this machine's own (32-bit and x32 included) kill the caller.
// Errors: sandbox_unavailable (A).
Result<int> seccomp_program();

}  // namespace argosy::sandbox
