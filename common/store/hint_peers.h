// Which workers listen for datagrams, and where: so that a process that made steps ready can tell one of them at once, beside Kafka. Asked
// for by common/runtime/hint now and then. Blocking, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"
#include "common/tasks/queue.h"

namespace argosy::store {

// Of the process that asks; empty for one that runs no steps.
struct HintListener {
  WorkerId worker{};
  std::string address{}, key{};
};
struct HintPeer {
  tasks::Queue queue = tasks::Queue::planning;
  std::string address{};  // "ip:port"
  std::string key{};      // bytes
};
// Those alive that `host` can reach, at most 32 a queue. On the way `self` is made known to the others; its first renewal is done.
Result<std::vector<HintPeer>> hint_peers(Database& db, std::string_view host, const HintListener& self);

}  // namespace argosy::store
