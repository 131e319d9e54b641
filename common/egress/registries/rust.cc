// Cargo: [source] and [registries] of its config.toml, else what it has built in. That is its index only, which names another host for the
// downloads in a file that Cargo keeps once it was used: nothing is fetched here.
#include "common/core/file.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/egress/registries/finders.h"

namespace argosy::egress {
namespace {

constexpr std::string_view kSparse = "sparse+";
constexpr std::string_view kNoWay = "http.proxy='http://127.0.0.1:1'";  // nobody listens there
constexpr std::string_view kIndexFile = "config.json";

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

// The index that Cargo has built in, out of its complaint that it cannot be reached. A home that knows nothing yet makes it try.
std::optional<RegistryUrl> built_in_index(const Finder& finder) {
  const TempDir home("argosy-cargo");
  std::string said;
  auto env = finder.env;
  env["CARGO_HOME"] = home.path();
  Finder{env, finder.runner}.ask({"cargo", "info", "--config", std::string(kNoWay), "--config", "net.retry=0", "argosy"}, nullptr, &said);
  const std::size_t end = said.find("/" + std::string(kIndexFile));
  if (end == std::string::npos) return std::nullopt;
  const std::size_t begin = said.find_last_of("`' \n", end);
  return read_registry_url(std::string_view(said).substr(begin + 1, end - begin - 1));
}

// Where the index says that the downloads are, if Cargo has used it on this machine.
std::optional<RegistryUrl> downloads_of(const Finder& finder, const std::filesystem::path& cargo_home, const RegistryUrl& index) {
  if (!cargo_home.is_absolute()) return std::nullopt;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(cargo_home / "registry" / "index", ignored)) {
    if (!entry.path().filename().string().starts_with(index.rule.host.text() + "-")) continue;
    const auto kept = json::parse(finder.file(entry.path() / kIndexFile));
    if (const auto url = kept ? read_registry_url(kept->string_or("dl", "")) : std::nullopt) return url;
  }
  return std::nullopt;
}

void find_built_in(const Finder& finder, const std::filesystem::path& cargo_home, EcosystemRegistries& out) {
  const auto index = built_in_index(finder);
  const auto downloads = index ? downloads_of(finder, cargo_home, *index) : std::nullopt;
  if (!index || !downloads) {
    out.reason = index ? "Cargo was not used on this machine yet, so that it does not know where its registry has the downloads: run "
                         "`cargo fetch` in a "
                         "crate with a dependency, or name the hosts in ARGOSY_EGRESS_ALLOW (rust:HOST)"
                       : "Cargo is not there or names no registry: name the hosts in ARGOSY_EGRESS_ALLOW (rust:HOST)";
    return;
  }
  add_host(out, index->rule);
  add_host(out, downloads->rule);
  out.reason = "what Cargo has built in, and what its index says of the downloads";
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
    find_built_in(finder, folder, out);
    return out;
  }
  out.files.push_back({".cargo/config.toml", kept});
  out.reason = "Cargo's configuration; a host that a registry's index names for downloads must stand in ARGOSY_EGRESS_ALLOW (rust:HOST)";
  return out;
}

}  // namespace argosy::egress
