#include "common/store/database.h"

#include "common/core/clock.h"
#include "common/store/internal/pool.h"
#include "common/store/migrations.h"

namespace argosy::store {
namespace {

// Readiness is asked for by everybody who likes; the database answers once in this time.
constexpr std::chrono::seconds kProblemCachedFor{1};

std::optional<std::string> look(Database& db) {
  const auto status = migration_status(db);
  if (!status) return to_string(status.error());
  for (const MigrationStatus& one : *status) {
    if (one.changed) return "migration " + one.name + " was applied with other content: restore it, or undo it with `argosy migrate down`";
    if (!one.applied) return "the schema is behind: run `argosy migrate up`";
  }
  return std::nullopt;
}

}  // namespace

Database::Database(DatabaseOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Database::~Database() = default;

PoolUse Database::use() const { return impl_->use(); }

std::optional<std::string> Database::problem() {
  const std::lock_guard lock(impl_->problem_mutex);
  const auto now = system_clock().boot_time();
  if (!impl_->problem_checked_at || now - *impl_->problem_checked_at >= kProblemCachedFor) {
    impl_->last_problem = look(*this);
    impl_->problem_checked_at = system_clock().boot_time();
  }
  return impl_->last_problem;
}

}  // namespace argosy::store
