#include <set>

#include <fmt/format.h>

#include "tests/chaos/matrix/faults/fault.h"
#include "tests/chaos/matrix/faults/victims.h"

namespace argosy::chaos {
namespace {

constexpr std::int64_t kLongestAbsenceMs = 1'500;  // of a killed process

}  // namespace

std::vector<Fault> process_faults(const Crew& crew, const Gate& end) {
  std::vector<Fault> faults;
  std::set<std::string> roles;
  for (const auto* member : crew) roles.insert(member->role());
  for (const auto& role : roles) {
    const auto who = of_role(crew, role);
    faults.push_back({"SIGKILL " + role, [who, &end](Random& random) {
                        auto& victim = any_of(who, random);
                        victim.must_live();
                        victim.kill9();
                        end.wait_for(std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(0, kLongestAbsenceMs)(random)));
                        victim.start();
                        return Fault::Hit{victim.name()};
                      }});
    faults.push_back({"SIGSTOP " + role, [who, &end](Random& random) {
                        auto& victim = any_of(who, random);
                        freeze_past_the_lease(victim, end);
                        return Fault::Hit{victim.name()};
                      }});
    faults.push_back({"restart " + role, [who](Random& random) {
                        auto& victim = any_of(who, random);
                        victim.terminate();
                        victim.start();
                        return Fault::Hit{victim.name()};
                      }});
  }
  return faults;
}

}  // namespace argosy::chaos
