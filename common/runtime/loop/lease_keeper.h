// What a renewal's answer, or its absence, means for what the process holds: the rules of the renewer. Pure but for the lease's clock. One
// thread; Lease and InFlight are shared with the others.
#pragma once

#include "common/runtime/loop/in_flight.h"
#include "common/runtime/loop/lease.h"

namespace argosy::runtime {

class LeaseKeeper {
 public:
  LeaseKeeper(Lease& lease, InFlight& in_flight) : lease_(lease), in_flight_(in_flight) {}

  // Between renewals: true when the lease is over since the last look. All that was held is asked to stop.
  bool lost();
  // After lost(). `held` is what the renewal said, `sent_at` when. Returns what must be handed back: rows that name this process, which
  // does not know them.
  std::vector<InFlight::Key> answered(const std::vector<InFlight::Key>& held, std::chrono::nanoseconds sent_at,
                                      const store::Renewed& answer);

 private:
  Lease& lease_;
  InFlight& in_flight_;
  bool held_ = false;
};

}  // namespace argosy::runtime
