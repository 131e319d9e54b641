#include "common/store/internal/pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "common/core/random/uniform.h"
#include "common/core/redact.h"
#include "common/store/internal/connect.h"

namespace argosy::store {
namespace {

using namespace std::chrono_literals;

// Waits before the next attempt to connect: drawn from [half, whole], doubling from the first to the last.
constexpr auto kFirstReconnectWait = 50ms, kLastReconnectWait = 2'000ms;
// https://www.postgresql.org/docs/15/errcodes-appendix.html
constexpr std::string_view kUndefinedFunction = "42883", kUndefinedTable = "42P01";

std::chrono::milliseconds jittered(std::chrono::milliseconds most) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(most.count()) * (1 + uniform()) / 2));
}

}  // namespace

Pool::Pool(DatabaseOptions options) : options_(std::move(options)) {}

Result<Pool::Lease> Pool::acquire() {
  const auto give_up_at = system_clock().boot_time() + options_.acquire_timeout;
  std::unique_lock lock(mutex_);
  for (std::string last = "no connection came free";;) {
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(connection));
    }
    const auto now = system_clock().boot_time();
    if (now >= give_up_at) return fail_transient("database_unavailable", last, "is Postgres running, and is ARGOSY_POSTGRES_URL right?");
    if (open_ >= options_.connections || now < next_try_) {
      const auto until = open_ >= options_.connections ? give_up_at : std::min(give_up_at, next_try_);
      ++waiting_;
      freed_.wait_for(lock, until - now);
      --waiting_;
      continue;
    }
    ++open_;
    lock.unlock();
    auto connection = open_prepared();
    lock.lock();
    if (connection) {
      failures_ = 0;
      return Lease(*this, std::move(*connection));
    }
    --open_;
    freed_.notify_one();
    if (connection.error().code == "schema_missing") return std::unexpected(std::move(connection.error()));
    last = connection.error().message;
    const auto wait = std::min(kLastReconnectWait, kFirstReconnectWait * (1 << std::min(failures_, 6)));
    next_try_ = system_clock().boot_time() + jittered(wait);
    ++failures_;
  }
}

void Pool::give_back(std::unique_ptr<Connection> connection, bool broken) {
  const std::lock_guard lock(mutex_);
  if (broken || !connection->is_open())
    --open_;
  else
    idle_.push_back(std::move(connection));
  freed_.notify_one();
}

void Pool::pause(std::chrono::milliseconds about) {
  std::unique_lock lock(mutex_);
  freed_.wait_for(lock, jittered(about));
}

Result<std::unique_ptr<pqxx::connection>> Pool::open_plain() {
  try {
    return std::make_unique<pqxx::connection>(connection_text(options_, false));
  } catch (const std::exception& e) {
    return fail_transient("database_unavailable", redact(fmt::format("cannot connect to Postgres: {}", first_line(e.what()))));
  }
}

Result<std::unique_ptr<Connection>> Pool::open_prepared() {
  auto connection = Connection::open(connection_text(options_, true));
  auto prepared = connection ? prepare_all(**connection) : std::unexpected(connection.error());
  if (prepared) return std::move(*connection);
  const auto& [state, message] = prepared.error();
  if (state == kUndefinedFunction || state == kUndefinedTable)
    return fail_transient("schema_missing", std::string(first_line(message)), "run `argosy migrate up`");
  return fail_transient("database_unavailable", redact(fmt::format("cannot connect to Postgres: {}", first_line(message))));
}

}  // namespace argosy::store
