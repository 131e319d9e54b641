// Who a sandboxed program is on the host. A worker that runs as root makes a user namespace in which uid 1000 is a host user that owns
// nothing: then RLIMIT_NPROC binds (the kernel exempts the host's root from it) and a way out of the mounts would lead to nobody's files.
// Any other worker lets bubblewrap map its own user. Internal to the room; any thread.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "common/core/error.h"
#include "common/sandbox/launch/namespaces.h"

namespace argosy::sandbox {

inline constexpr unsigned kInsideId = 1000;

class Identity {
 public:
  // One a sandbox: the kernel counts RLIMIT_NPROC by user namespace. Errors: sandbox_unavailable (A) when the host lets root make none.
  static Result<Identity> create();

  // Root's way: set-up runs as root in the namespace, the program as a user of its own.
  bool separate() const { return static_cast<bool>(namespaces_.user); }
  // For bubblewrap to enter, and for whoever becomes bubblewrap; a separate user only.
  int user_namespace() const { return namespaces_.user.get(); }
  int network_namespace() const { return namespaces_.network.get(); }
  // Who owns on the host what the program makes; 0: whoever runs the worker.
  uid_t host_id() const { return host_id_; }
  // Gives a tree to the program, unless its top is the program's already; a separate user only. Ours yet: no stranger has been in it.
  Result<void> hand_over(const std::filesystem::path& tree) const;

 private:
  Namespaces namespaces_;
  uid_t host_id_ = 0;  // that user, seen from outside
};

}  // namespace argosy::sandbox
