#include <fmt/format.h>

#include "tests/chaos/matrix/faults/fault.h"
#include "tests/chaos/matrix/faults/victims.h"
#include "tests/chaos/matrix/places.h"

namespace argosy::chaos {
namespace {

// An armed process that does not come to its place for so long is let go.
constexpr std::chrono::seconds kComesWithin{12};
// How long the thread at the place stands still: time enough to see it and to freeze the whole process around it.
constexpr std::chrono::milliseconds kStand{1'500};

test::Environment armed(std::string_view place, std::string_view action) {
  return {{"ARGOSY_FAILPOINTS_SPEC", fmt::format("{}={}*1", place, action)}};
}

Fault::Hit kill_at(Member& victim, std::string_view place) {
  victim.kill9();
  victim.launch(armed(place, "kill"));
  const bool came = victim.comes_to(place, kComesWithin);
  if (came) {
    victim.wait_end();
  } else {
    victim.must_live();
    victim.kill9();
  }
  victim.start();
  return {victim.name(), came};
}

Fault::Hit freeze_at(Member& victim, std::string_view place, const Gate& end) {
  victim.kill9();
  victim.launch(armed(place, fmt::format("delay({})", kStand.count())));
  const bool came = victim.comes_to(place, kComesWithin);
  if (came) freeze_past_the_lease(victim, end);
  victim.wait_ready();
  return {victim.name(), came};
}

template <class Do>
std::vector<Fault> at_every_place(const Crew& crew, std::string_view what, Do what_to_do) {
  std::vector<Fault> faults;
  for (const auto& place : places()) {
    Crew who;
    for (const auto role : place.roles) std::ranges::copy(of_role(crew, role), std::back_inserter(who));
    if (who.empty()) continue;
    faults.push_back({fmt::format("{} at {}", what, place.name),
                      [who, name = place.name, what_to_do](Random& random) { return what_to_do(any_of(who, random), name); }});
  }
  return faults;
}

}  // namespace

std::vector<Fault> failpoint_kills(const Crew& crew) {
  return at_every_place(crew, "SIGKILL", [](Member& victim, std::string_view place) { return kill_at(victim, place); });
}

std::vector<Fault> failpoint_freezes(const Crew& crew, const Gate& end) {
  return at_every_place(crew, "SIGSTOP", [&end](Member& victim, std::string_view place) { return freeze_at(victim, place, end); });
}

}  // namespace argosy::chaos
