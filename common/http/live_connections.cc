#include "common/http/live_connections.h"

namespace argosy::http {

// Connections over the limit that may be open at a time to be told so; the next are closed without a word.
constexpr std::size_t kMaxRefusals = 256;

void LiveConnections::Lease::bind(std::weak_ptr<Connection> connection) {
  bool draining = false;
  {
    std::lock_guard lock(home_->mutex_);
    connection_ = connection;
    draining = home_->draining_;
  }
  if (!draining) return;
  if (const auto open = connection.lock()) open->drain();
}

std::shared_ptr<LiveConnections::Lease> LiveConnections::admit() {
  std::lock_guard lock(mutex_);
  if (draining_ || leases_.size() >= limit_ + kMaxRefusals) return nullptr;
  auto lease = std::make_shared<Lease>(shared_from_this(), leases_.size() >= limit_);
  leases_.insert(lease.get());
  return lease;
}

void LiveConnections::release(Lease* lease) {
  std::lock_guard lock(mutex_);
  leases_.erase(lease);
  if (leases_.empty()) empty_.notify_all();
}

std::vector<std::shared_ptr<Connection>> LiveConnections::open() {
  std::vector<std::shared_ptr<Connection>> out;
  std::lock_guard lock(mutex_);
  for (const Lease* lease : leases_)
    if (auto connection = lease->connection_.lock()) out.push_back(std::move(connection));
  return out;
}

void LiveConnections::drain() {
  {
    std::lock_guard lock(mutex_);
    draining_ = true;
  }
  for (const auto& connection : open()) connection->drain();
}

void LiveConnections::abort() {
  for (const auto& connection : open()) connection->abort();
}

bool LiveConnections::wait_empty(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, timeout, [&] { return leases_.empty(); });
}

}  // namespace argosy::http
