// The process's own lease, as it judges it itself: by CLOCK_BOOTTIME taken before the renewal was sent, so that a slow answer, a frozen
// process or a machine that slept never makes it believe for longer than the database does. Thread-safe, pure but for its clock.
#pragma once

#include <atomic>
#include <chrono>

#include "common/core/clock.h"

namespace argosy::runtime {

class Lease {
 public:
  Lease(const Clock& clock, std::chrono::milliseconds length) : clock_(clock), length_(length) {}

  std::chrono::milliseconds length() const { return length_; }
  // What to remember before a renewal is sent, for renewed().
  std::chrono::nanoseconds now() const { return clock_.boot_time(); }
  void renewed(std::chrono::nanoseconds sent_at) { until_ns_ = (sent_at + length_).count(); }
  // Whether a claim that was asked for at that time may be believed in, now that its answer is there. For longer than this it may have been
  // taken for forgotten: no renewal named its steps, and one that is under way does not yet.
  bool trusts(std::chrono::nanoseconds asked_at) const { return now() - asked_at < length_ / 2; }
  // False before the first renewal.
  bool holds() const { return now().count() < until_ns_; }

 private:
  const Clock& clock_;
  std::chrono::milliseconds length_;
  std::atomic<std::int64_t> until_ns_ = 0;
};

}  // namespace argosy::runtime
