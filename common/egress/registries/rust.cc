// Cargo: [source] and [registries] of its config.toml. What it has built in is only its index, which names another host for the downloads:
// without a configured registry there are no hosts, and the operator names them.
#include "common/core/text.h"
#include "common/egress/registries/finders.h"

namespace argosy::egress {
namespace {

constexpr std::string_view kSparse = "sparse+";

std::string_view unquoted(std::string_view text) {
  text = text::trim(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    return text.substr(1, text.size() - 2);
  return text;
}

// The lines of the configuration that name registries, without credentials; tables of one line and dotted keys are not understood.
std::string registries_of(std::string_view toml, EcosystemRegistries& out) {
  std::string kept;
  bool wanted = false;
  for (const std::string_view raw : text::lines(toml)) {
    const std::string_view line = text::trim(raw);
    if (line.starts_with('[')) {
      wanted = line.starts_with("[source.") || line.starts_with("[registries.");
      if (wanted) kept += std::string(line) + "\n";
      continue;
    }
    const std::size_t equals = line.find('=');
    if (!wanted || equals == std::string_view::npos) continue;
    const std::string key(text::trim(line.substr(0, equals)));
    std::string_view value = unquoted(line.substr(equals + 1));
    if (key == "replace-with") kept += key + " = \"" + std::string(value) + "\"\n";
    if (key != "registry" && key != "index") continue;
    const bool sparse = value.starts_with(kSparse);
    const auto url = read_registry_url(sparse ? value.substr(kSparse.size()) : value);
    if (!url) continue;
    add_host(out, url->rule);
    kept += key + " = \"" + std::string(sparse ? kSparse : "") + url->url + "\"\n";
  }
  return kept;
}

}  // namespace

EcosystemRegistries find_rust(const Finder& finder) {
  EcosystemRegistries out;
  const std::string home = finder.variable("CARGO_HOME");
  const std::filesystem::path folder =
      home.empty() ? std::filesystem::path(finder.variable("HOME")) / ".cargo" : std::filesystem::path(home);
  std::string toml = finder.file(folder / "config.toml");
  if (toml.empty()) toml = finder.file(folder / "config");
  const std::string kept = registries_of(toml, out);
  if (out.hosts.empty()) {
    out.reason =
        "Cargo's configuration names no registry, and where the built-in one has its downloads stands in its index only: name the hosts in "
        "ARGOSY_EGRESS_ALLOW (rust:HOST)";
    return out;
  }
  out.files.push_back({".cargo/config.toml", kept});
  out.reason = "Cargo's configuration; a host that a registry's index names for downloads must stand in ARGOSY_EGRESS_ALLOW (rust:HOST)";
  return out;
}

}  // namespace argosy::egress
