// What all that reserves before it calls has in common: for how long, and what it means where the ledger says no. Used by PayingModel and
// by PayingEmbedder. Pure, any thread.
#pragma once

#include <chrono>

#include "common/llm/call/model.h"
#include "common/llm/faults/fault.h"

namespace argosy::llm {

// The ledger keeps no reservation for longer (store::kMostReservationMs). A call that takes longer is charged in full then, and corrected
// when it ends.
inline constexpr std::chrono::milliseconds kMostReservation{6 * 3'600'000};
// Beside what a call may wait and take: for settling it.
inline constexpr std::chrono::milliseconds kTimeToSettle{60'000};

// Of one try.
std::chrono::milliseconds lifetime_of(const CallOptions& options);

// Of the ledger's errors, those of the price and those of the request, of which nothing was sent: `budget`, `paused` where the ledger could
// not be asked, else `refused_request`. The error stays as it is.
Fault refusal_of(Error error);
// Nobody pays: a mistake of the caller, never free.
Fault payer_missing();
// No thread for the ledger is free, and too much waits for one.
Fault ledger_crowded();

}  // namespace argosy::llm
