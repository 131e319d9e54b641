// `go env` says what the go command uses, of its own or configured.
#include "common/core/json.h"

#include <algorithm>
#include "common/core/text.h"
#include "common/egress/registries/finders.h"

namespace argosy::egress {
namespace {

// The list with the credentials taken out of its URLs; "direct", "off" and its separators stay.
std::string without_credentials(std::string_view list, EcosystemRegistries& out) {
  std::string kept;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(",|"), list.size());
    const std::string_view entry = text::trim(list.substr(0, end));
    const auto url = read_registry_url(entry);
    if (url) add_host(out, url->rule);
    if (url || !entry.contains('@')) kept += url ? url->url : std::string(entry);
    if (end < list.size()) kept += list[end];
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return kept;
}

// "NAME", "NAME+key" or "NAME+key URL".
void add_sum_database(std::string_view setting, EcosystemRegistries& out) {
  const auto words = text::split(setting, ' ');
  const std::string_view name = words.front().substr(0, words.front().find('+'));
  if (name.empty() || name == "off") return;
  const auto url = read_registry_url(words.size() > 1 ? std::string(words.back()) : "https://" + std::string(name));
  if (url) add_host(out, url->rule);
}

}  // namespace

EcosystemRegistries find_go(const Finder& finder) {
  EcosystemRegistries out;
  const std::vector<std::string> passed_on{"GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOFLAGS"};
  std::vector<std::string> question{"go", "env", "-json"};
  question.insert(question.end(), passed_on.begin(), passed_on.end());
  const auto said = finder.ask(question, &out.reason);
  if (!said) return out;
  const auto settings = json::parse(*said);
  if (!settings) {
    out.reason = "go: its settings could not be read";
    return out;
  }
  for (const std::string& name : passed_on)
    if (const std::string value = settings->string_or(name, ""); !value.empty()) out.env[name] = value;
  out.env["GOPROXY"] = without_credentials(settings->string_or("GOPROXY", ""), out);
  add_sum_database(settings->string_or("GOSUMDB", ""), out);
  out.reason = "go env";
  return out;
}

}  // namespace argosy::egress
