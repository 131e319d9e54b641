// Connections to Postgres; the only room that sees libpq and libpqxx. A pool of N connections, each opened with its statements prepared
// and its time-outs set; a broken one is thrown away and replaced with backoff and jitter. Calls block; any thread; as many at a time as
// there are connections, the next wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/core/error.h"
#include "common/core/pools/pool_use.h"

namespace argosy::store {

struct DatabaseOptions {
  std::string url;
  int connections = 4;
  std::string application_name = "argosy";
  // Bounds of a task's graph, for the calls that make it grow (schemas/migrations/0030).
  std::int64_t max_task_steps = 512, max_task_depth = 128;
  std::chrono::milliseconds statement_timeout{10'000}, lock_timeout{1'000}, idle_in_transaction_timeout{2'000}, acquire_timeout{10'000};
  // How an artifact's bytes are read that lie in a bucket (placed/placed_blobs.h), until who reads gives up; empty: they cannot be.
  std::function<Result<std::optional<std::string>>(const std::string& sha256, std::int64_t place, const std::function<bool()>& give_up)>
      read_placed{};
};

class Database {
 public:
  explicit Database(DatabaseOptions options);  // opens nothing yet
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Nothing when Postgres answers and the migrations are current, else one sentence with what to do. For readiness; caches for a second.
  std::optional<std::string> problem();

  // Of its connections; asks nobody.
  PoolUse use() const;

  struct Impl;  // internal to the room
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Errors of every call of this room: database_unavailable (A, outcome surely "not done" or the call is guarded and was repeated),
// database_conflict (A), database_full (A), and those that a function names itself.

}  // namespace argosy::store
