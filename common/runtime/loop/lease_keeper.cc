#include "common/runtime/loop/lease_keeper.h"

namespace argosy::runtime {

bool LeaseKeeper::lost() {
  if (!held_ || lease_.holds()) return false;
  held_ = false;
  in_flight_.stop_all(Stop::lost);
  return true;
}

std::vector<InFlight::Key> LeaseKeeper::answered(const std::vector<InFlight::Key>& held, std::chrono::nanoseconds sent_at,
                                                 const store::Renewed& answer) {
  lease_.renewed(sent_at);
  held_ = lease_.holds();
  in_flight_.cancel(held, answer.cancelled);
  in_flight_.pause(held, answer.paused);
  in_flight_.constrain(held, answer.constrained);
  return in_flight_.orphans(answer.unknown);
}

}  // namespace argosy::runtime
