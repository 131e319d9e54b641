#include "common/llm/money/reservation.h"

#include <algorithm>
#include <utility>

namespace argosy::llm {

std::chrono::milliseconds lifetime_of(const CallOptions& options) {
  return std::min(kMostReservation, options.longest_wait + options.timeouts.total + kTimeToSettle);
}

Fault refusal_of(Error error) {
  FaultKind kind = error.category == Category::transient ? FaultKind::paused : FaultKind::refused_request;
  if (error.code == "budget_exhausted" || error.code == "model_price_unknown") kind = FaultKind::budget;
  return {kind, std::move(error)};
}

Fault payer_missing() {
  return {FaultKind::refused_request,
          fail_user("payer_missing", "the call has nobody who pays for it", "whoever makes it says for which step it is").error()};
}

Fault ledger_crowded() { return make_fault(FaultKind::paused, "too many calls wait for their reservation already"); }

}  // namespace argosy::llm
