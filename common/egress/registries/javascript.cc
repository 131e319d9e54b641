// npm says what it uses, of its own or configured, also for scopes; pnpm reads the same. Yarn has a registry of its own.
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/egress/registries/finders.h"

namespace argosy::egress {
namespace {

constexpr std::string_view kScoped = ":registry";

void add_yarn(EcosystemRegistries& to, const Finder& finder) {
  // The name of the setting in the first generation, and in those after it.
  for (const auto* setting : {"registry", "npmRegistryServer"}) {
    const auto said = finder.ask({"yarn", "config", "get", setting});
    if (const auto url = read_registry_url(text::trim(said.value_or("")))) add_host(to, url->rule);
  }
}

}  // namespace

EcosystemRegistries find_javascript(const Finder& finder) {
  EcosystemRegistries out;
  const auto listing = finder.ask({"npm", "config", "list", "--json"}, &out.reason);
  if (!listing) return out;
  const auto settings = json::parse(*listing);
  if (!settings || !settings->is_object()) {
    out.reason = "npm: its configuration could not be read";
    return out;
  }
  for (const auto& [name, value] : settings->as_object()) {
    const bool scoped = name.starts_with('@') && name.ends_with(kScoped);
    const auto url = value.is_string() && (scoped || name == "registry") ? read_registry_url(value.as_string()) : std::nullopt;
    if (!url) continue;
    add_host(out, url->rule);
    out.env["npm_config_" + name] = url->url;
  }
  if (const auto hit = out.env.find("npm_config_registry"); hit != out.env.end()) out.env["YARN_NPM_REGISTRY_SERVER"] = hit->second;
  add_yarn(out, finder);
  out.reason = "npm's configuration";
  return out;
}

}  // namespace argosy::egress
