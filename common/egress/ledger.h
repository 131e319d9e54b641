// What the connections of one proxy have used up, and the audit of each. Written by the proxy's thread, totals read by any.
#pragma once

#include <mutex>

#include "common/egress/audit.h"
#include "common/egress/policy.h"

namespace argosy::egress {

class Ledger {
 public:
  Ledger(const Limits& limits, AuditSink audit) : limits_(limits), audit_(std::move(audit)) {}

  // Counts a connection; false when the budget of requests is spent.
  bool admit();
  // Bytes that may still pass.
  std::int64_t room_up() const;
  std::int64_t room_down() const;
  void count_up(std::int64_t bytes);
  void count_down(std::int64_t bytes);
  // Once for each connection, at its end. Beyond the budget of requests it is counted and not reported.
  void close(const AuditEvent& event);

  Totals totals() const;

 private:
  const Limits limits_;
  const AuditSink audit_;
  mutable std::mutex mutex_;
  std::int64_t reported_ = 0;
  Totals totals_;
};

}  // namespace argosy::egress
