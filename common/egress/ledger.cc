#include "common/egress/ledger.h"

namespace argosy::egress {

bool Ledger::admit() {
  const std::lock_guard lock(mutex_);
  return ++totals_.connections <= limits_.max_requests;
}

std::int64_t Ledger::room_up() const {
  const std::lock_guard lock(mutex_);
  return limits_.max_bytes_up - totals_.bytes_up;
}

std::int64_t Ledger::room_down() const {
  const std::lock_guard lock(mutex_);
  return limits_.max_bytes_down - totals_.bytes_down;
}

void Ledger::count_up(std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  totals_.bytes_up += bytes;
}

void Ledger::count_down(std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  totals_.bytes_down += bytes;
}

void Ledger::close(const AuditEvent& event) {
  {
    const std::lock_guard lock(mutex_);
    ++(event.allowed ? totals_.allowed : totals_.refused);
    // One more than the budget: the first that was beyond it is seen.
    if (reported_ > limits_.max_requests) {
      ++totals_.unaudited;
      return;
    }
    ++reported_;
  }
  if (audit_) audit_(event);
}

Totals Ledger::totals() const {
  const std::lock_guard lock(mutex_);
  return totals_;
}

}  // namespace argosy::egress
