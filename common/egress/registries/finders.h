// One function an ecosystem, and what they share. Internal to the folder. Blocking, one thread.
#pragma once

#include "common/egress/registries/registries.h"

namespace argosy::egress {

struct Finder {
  const std::map<std::string, std::string>& env;
  const Runner& runner;

  // Standard output of a package manager that ended well; nothing else. `why` says what went wrong, `said` is all of its standard error.
  std::optional<std::string> ask(std::vector<std::string> argv, std::string* why = nullptr, std::string* said = nullptr) const;
  std::string variable(const std::string& name) const;  // empty when not set
  // A file of the package manager's configuration; empty when there is none. Without a HOME its path is relative, and nobody's.
  std::string file(const std::filesystem::path& path) const;
};

EcosystemRegistries find_python(const Finder& finder);
EcosystemRegistries find_javascript(const Finder& finder);
EcosystemRegistries find_go(const Finder& finder);
EcosystemRegistries find_java(const Finder& finder);
EcosystemRegistries find_rust(const Finder& finder);

// An http or https URL without credentials, query and fragment, and the rule that lets it through.
struct RegistryUrl {
  std::string url;
  HostRule rule;
};
std::optional<RegistryUrl> read_registry_url(std::string_view text);
// Adds the rule once.
void add_host(EcosystemRegistries& to, const HostRule& rule);

}  // namespace argosy::egress
