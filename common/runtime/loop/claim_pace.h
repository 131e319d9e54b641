// When the claimer may claim, which lanes it reads meanwhile and for how long, and how it waits after a claim that did not happen. Pure:
// time, lease and slots come in as arguments. One thread.
#pragma once

#include <array>
#include <chrono>

#include "common/runtime/hint/twins.h"
#include "common/runtime/loop/hints.h"
#include "common/runtime/loop/in_flight.h"
#include "common/runtime/loop/lease.h"

namespace argosy::runtime {

class ClaimPace {
 public:
  struct Round {
    bool may_claim = false;
    std::array<bool, 3> paused{};  // lanes that have no slot, or enough hints for all of them
    std::size_t most = 1;          // messages to read
    std::chrono::milliseconds wait{};
  };
  Round round(std::chrono::nanoseconds now, bool lease_holds, Room room, std::size_t slots, const Hints& hints) const;

  // A claim failed: the next one waits, longer each time.
  void put_off(std::chrono::nanoseconds now);
  void claimed() { wait_ = {}; }

 private:
  std::chrono::nanoseconds retry_at_{};
  std::chrono::milliseconds wait_{};
};

// What a claim brought that was in doubt for too long is not run but handed back, like all that is lost. `began`: of the last call.
void lose_stale(const std::vector<JobPtr>& jobs, const std::vector<Hints::Wanted>& batch, std::chrono::nanoseconds began,
                const Lease& lease);

// What a datagram named and the claim did not bring was not ready yet, or is somebody else's: its next dispatch counts.
void forget_unclaimed(Twins& twins, const std::vector<Hints::Wanted>& batch, const std::vector<JobPtr>& jobs);

// A claim that could take no further suspect (`beside_one`, or it took one) leaves those of its batch that it did not take for later.
void set_suspects_aside(Hints& hints, const std::vector<Hints::Wanted>& batch, const std::vector<JobPtr>& jobs, bool beside_one);

}  // namespace argosy::runtime
