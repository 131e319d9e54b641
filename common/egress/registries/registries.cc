#include "common/egress/registries/registries.h"

#include <algorithm>

#include "common/core/file.h"
#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/egress/registries/finders.h"

namespace argosy::egress {
namespace {

constexpr std::chrono::seconds kAskTime{20};  // a package manager that says no more in this time is broken
constexpr std::size_t kMostConfigurationBytes = 1u << 20;
constexpr std::size_t kShownBytes = 200;
constexpr std::uint16_t kHttpPort = 80;

}  // namespace

std::string_view to_string(Ecosystem ecosystem) {
  switch (ecosystem) {
    case Ecosystem::python:
      return "python";
    case Ecosystem::javascript:
      return "javascript";
    case Ecosystem::go:
      return "go";
    case Ecosystem::java:
      return "java";
    case Ecosystem::rust:
      break;
  }
  return "rust";
}

std::optional<std::string> Finder::ask(std::vector<std::string> argv, std::string* why, std::string* said) const {
  const std::string program = argv.front();
  Command command{.argv = std::move(argv), .env = env, .cwd = "/", .timeout = kAskTime, .max_output = kMostConfigurationBytes};
  // Ours is nothing to them: credentials may be in it.
  std::erase_if(command.env, [](const auto& variable) { return variable.first.starts_with("ARGOSY_"); });
  // Asking must not fetch anything: a shim of a package manager could.
  command.env["COREPACK_ENABLE_NETWORK"] = "0";
  const auto done = runner(command);
  if (done && said != nullptr) *said = done->err;
  if (done && done->exit_code == 0 && !done->out_truncated) return done->out;
  if (why != nullptr) {
    const std::string line = done ? done->err.substr(0, done->err.find('\n')) : done.error().message;
    *why = program + ": " + text::ellipsize(redact(text::to_utf8(line.empty() ? "failed without a word" : line)), kShownBytes);
  }
  return std::nullopt;
}

std::string Finder::variable(const std::string& name) const {
  const auto hit = env.find(name);
  return hit == env.end() ? std::string() : hit->second;
}

std::string Finder::file(const std::filesystem::path& path) const {
  return path.is_absolute() ? read_file(path, kMostConfigurationBytes).value_or("") : "";
}

std::optional<RegistryUrl> read_registry_url(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = text.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") return std::nullopt;
  const std::string_view rest = text.substr(scheme_end + 3);
  const std::size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  const std::string_view path = rest.substr(authority_end, rest.find_first_of("?#") - authority_end);
  auto at = parse_host_port(authority, scheme == "http" ? kHttpPort : kHttpsPort);
  if (!at) return std::nullopt;
  return RegistryUrl{std::string(scheme) + "://" + std::string(authority) + std::string(path), HostRule{at->host, false, at->port}};
}

void add_host(EcosystemRegistries& to, const HostRule& rule) {
  if (std::ranges::find(to.hosts, rule) == to.hosts.end()) to.hosts.push_back(rule);
}

Registries discover(const std::map<std::string, std::string>& env, const Runner& runner) {
  const Finder finder{env, runner};
  Registries out;
  out[Ecosystem::python] = find_python(finder);
  out[Ecosystem::javascript] = find_javascript(finder);
  out[Ecosystem::go] = find_go(finder);
  out[Ecosystem::java] = find_java(finder);
  out[Ecosystem::rust] = find_rust(finder);
  return out;
}

std::vector<HostRule> allow_list(const Registries& registries, Ecosystem ecosystem, const std::vector<EcosystemRule>& added) {
  std::vector<HostRule> out;
  if (const auto hit = registries.find(ecosystem); hit != registries.end()) out = hit->second.hosts;
  for (const auto& [scope, rule] : added)
    if (scope.empty() || scope == to_string(ecosystem)) out.push_back(rule);
  return out;
}

}  // namespace argosy::egress
