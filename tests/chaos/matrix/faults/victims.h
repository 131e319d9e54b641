// Whom a fault hits, and how one is frozen. For the faults of this folder.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

#include "tests/chaos/matrix/faults/fault.h"

namespace argosy::chaos {

// The lease, a rescue that comes once a second, and the time for another worker to claim what was rescued.
inline constexpr std::chrono::milliseconds kPastTheLease = kLease + std::chrono::milliseconds(1'700);

inline Crew of_role(const Crew& crew, std::string_view role) {
  Crew out;
  std::ranges::copy_if(crew, std::back_inserter(out), [&](const Member* member) { return member->role() == role; });
  return out;
}

inline Member& any_of(const Crew& crew, Random& random) {
  return *crew[std::uniform_int_distribution<std::size_t>(0, crew.size() - 1)(random)];
}

inline void freeze_past_the_lease(Member& victim, const Gate& end) {
  victim.freeze();
  end.wait_for(kPastTheLease);
  victim.thaw();
}

}  // namespace argosy::chaos
