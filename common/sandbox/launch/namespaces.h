// The namespaces that a sandbox of root's gets from us and not from bubblewrap: its users, and the network that belongs to them. Internal
// to the room; any thread.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "common/core/error.h"
#include "common/core/process/fd.h"

namespace argosy::sandbox {

struct Namespaces {
  Fd user;     // uid 0 is ours, kInsideId is `host_id`; no further user namespace can be made in it
  Fd network;  // owned by that user namespace, with nothing but its own loopback
};

// Errors: sandbox_unavailable (A) when the host lets root make none.
Result<Namespaces> make_namespaces(uid_t host_id);

// A few of them made ahead: the kernel takes longer for a network namespace than for the rest of a start. Each is taken once. One for the
// process.
class ReadyNamespaces {
 public:
  static ReadyNamespaces& shared();

  // One that is ready, or else one made now.
  Result<Namespaces> take(uid_t host_id);
  // Makes up for what was taken, on a thread of its own: called when the start that took it is over.
  void refill();

 private:
  void keep_ready(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any wanted_;
  std::vector<Namespaces> ready_;
  uid_t host_id_ = 0;
  std::size_t missing_ = 0;
  std::jthread maker_;  // last: it ends before what it uses
};

}  // namespace argosy::sandbox
