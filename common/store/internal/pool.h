// The connections behind a Database. Internal to the room; thread-safe.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <pqxx/connection>
#include <string>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/store/database.h"
#include "common/store/internal/connection.h"

namespace argosy::store {

class Pool {
 public:
  explicit Pool(DatabaseOptions options);

  // One connection for one call at a time. Goes back to the pool with this object, or is closed when `broken` was set.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_), broken_);
    }
    Connection* operator->() { return connection_.get(); }
    void broken() { broken_ = true; }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
    bool broken_ = false;
  };

  // Waits for a free connection, opens one where there is room. Errors: database_unavailable, schema_missing.
  Result<Lease> acquire();
  // Waits without a connection; shorter when somebody gives one back.
  void pause(std::chrono::milliseconds about);
  // A connection of its own without prepared statements, for migrations and backups.
  Result<std::unique_ptr<pqxx::connection>> open_plain();

  const DatabaseOptions& options() const { return options_; }

  PoolUse use() const {
    const std::lock_guard lock(mutex_);
    return {.size = static_cast<std::size_t>(options_.connections),
            .in_use = static_cast<std::size_t>(open_) - idle_.size(),
            .waiting = static_cast<std::size_t>(waiting_)};
  }

  // For Database::problem().
  std::mutex problem_mutex;
  std::optional<std::string> last_problem;
  std::optional<std::chrono::nanoseconds> problem_checked_at;

 private:
  friend class Lease;
  void give_back(std::unique_ptr<Connection> connection, bool broken);
  Result<std::unique_ptr<Connection>> open_prepared();

  const DatabaseOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int open_ = 0;                         // idle, lent and being opened
  int waiting_ = 0;                      // for a connection
  int failures_ = 0;                     // to open, in a row
  std::chrono::nanoseconds next_try_{};  // boot time; nobody opens before
};

struct Database::Impl : Pool {
  using Pool::Pool;
};

}  // namespace argosy::store
