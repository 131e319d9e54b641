// Which package registries set-ups may reach: what the package managers of this machine are configured to use, or else what they have built
// in. Read once, at the testing worker's start; no host is written into the program. Also what a set-up needs so that the package managers
// inside the sandbox use the same ones. Credentials in URLs are taken out and never shown: none enters a sandbox.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/net/host_rule.h"
#include "common/core/subprocess.h"

namespace argosy::egress {

enum class Ecosystem : std::uint8_t { python, javascript, go, java, rust };
inline constexpr Ecosystem kEcosystems[] = {Ecosystem::python, Ecosystem::javascript, Ecosystem::go, Ecosystem::java, Ecosystem::rust};
std::string_view to_string(Ecosystem ecosystem);  // as parse_ecosystem_rules() takes it

// A file that the sandbox's home is to hold.
struct SetUpFile {
  std::string path;  // below the home
  std::string bytes;
};

struct EcosystemRegistries {
  std::vector<HostRule> hosts;
  std::string reason;                      // for people: where the hosts are from, or why there are none
  std::map<std::string, std::string> env;  // names the same registries to the package managers
  std::vector<SetUpFile> files;            // likewise; Java's are made by environment_for()
  struct Mirror {
    std::string id, mirror_of, url;
  };
  std::vector<Mirror> mirrors;  // of Maven
};
using Registries = std::map<Ecosystem, EcosystemRegistries>;

// What starts the package managers; run() of core/subprocess.h but in tests.
using Runner = std::function<Result<Completed>(const Command&)>;

// Asks each package manager, with a bound on the time of each; one that is missing or broken has no hosts and says so. `env` is the
// worker's environment.
Registries discover(const std::map<std::string, std::string>& env, const Runner& runner = run);

// The allow-list of a set-up: the registries of the ecosystem, and what the operator adds for it or for all.
std::vector<HostRule> allow_list(const Registries& registries, Ecosystem ecosystem, const std::vector<EcosystemRule>& added);

}  // namespace argosy::egress
