// Sandboxes that clients hold, as rows: who may use one and which worker keeps it. Used by ingest, the fan-out and the testing worker; all
// but keep_sandboxes are scoped by organisation. Blocking, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

// Where a testing worker takes calls, and what they must carry. Empty: it does not, or is gone.
struct SandboxKeeper {
  std::string address{}, key{};
};

struct SandboxWish {
  OrgId org{};
  SandboxId id{};  // made by the caller: a repeat is the same write
  std::string created_by{}, repository_id{};
  std::string kind{};             // class: empty for any but none
  std::string limits{};           // JSON, as asked for
  std::string idempotency_key{};  // empty: none
  std::string body_sha256{};      // 32 bytes, of the canonical body
};
struct SandboxOpened {
  enum class Kind { opened, replayed, in_progress, key_reused, full, no_worker, no_room, class_refused } kind = Kind::opened;
  SandboxId id{};          // of opened; else of the sandbox that the key belongs to
  SandboxKeeper keeper{};  // of opened
  std::string classes{};   // opened: its class; class_refused: those that there are, separated by commas
};
// `max` sandboxes an organisation. `host`: of the caller, for workers that listen on loopback only.
Result<SandboxOpened> open_sandbox(Database& db, const SandboxWish& wish, std::int64_t max, std::string_view host);
// It is made. False when it was removed meanwhile.
Result<bool> sandbox_is_ready(Database& db, const OrgId& org, const SandboxId& id, std::string_view commit, std::string_view limits);

struct Sandbox {
  SandboxId id{};
  std::string repository_id{}, commit{}, kind{}, limits{}, created_by{};
  UnixMillis created_at = 0, ready_at = 0, last_used_at = 0, removed_at = 0;  // 0: not yet
  std::string reason{};    // why it was removed; worker_lost as soon as its worker is dead
  SandboxKeeper keeper{};  // of one that lives
};
Result<std::optional<Sandbox>> get_sandbox(Database& db, const OrgId& org, const SandboxId& id);
// Those that live, oldest first.
Result<std::vector<Sandbox>> list_sandboxes(Database& db, const OrgId& org);
Result<void> touch_sandbox(Database& db, const OrgId& org, const SandboxId& id);
// `reason`: deleted or not_made; what was removed before keeps its own. After not_made the idempotency key is free again.
Result<void> remove_sandbox(Database& db, const OrgId& org, const SandboxId& id, std::string_view reason);

// What a worker says of itself, again and again: its row, those that it keeps, those that it removed.
struct SandboxReport {
  WorkerId worker{};
  SandboxKeeper keeper{};
  std::string kind{};
  int room = 0;
  std::vector<SandboxId> held{};
  std::vector<std::pair<SandboxId, std::string>> gone{};  // with reasons: idle, out_of_disk, worker_stopped
};
// Those held that belong to nobody any more.
Result<std::vector<SandboxId>> keep_sandboxes(Database& db, const SandboxReport& report);

}  // namespace argosy::store
