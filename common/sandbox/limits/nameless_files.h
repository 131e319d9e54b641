// Files that were deleted while somebody had them open, and files that never had a name (memfd_create): no walk through folders finds them,
// and what nobody has mapped is no process's memory. Looked for through /proc, from outside. Internal to the room; any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace argosy::sandbox {

struct NamelessBytes {
  std::int64_t on_disk = 0;    // also of mappings whose descriptor is closed, as long as they are
  std::int64_t in_memory = 0;  // memfd_create, and deleted files of memory file systems
};

// Of all that these processes have open or mapped; each file once. Costs a few system calls a descriptor: for when something has shrunk.
NamelessBytes nameless_bytes(const std::vector<pid_t>& pids);

}  // namespace argosy::sandbox
