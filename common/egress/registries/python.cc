// pip: `pip config list` says what is configured, else pip's own package says what it has built in.
#include <algorithm>

#include "common/core/text.h"
#include "common/egress/registries/finders.h"

namespace argosy::egress {
namespace {

constexpr std::string_view kBuiltIn =
    "from pip._internal.models.index import PyPI\n"
    "print(PyPI.simple_url)\n"
    "print('https://' + PyPI.file_storage_domain + '/')\n";

// The words of a value as `pip config list` prints it, in Python's quotes: several URLs stand in one value, apart by blanks or "\n".
std::vector<std::string> words(std::string_view value) {
  if (value.size() < 2) return {};
  std::string text(value.substr(1, value.size() - 2));
  for (std::size_t at = text.find("\\n"); at != std::string::npos; at = text.find("\\n", at)) text.replace(at, 2, "  ");
  std::vector<std::string> out;
  for (const std::string_view word : text::split(text, ' '))
    if (!word.empty()) out.emplace_back(word);
  return out;
}

// What each option is in the end: the environment wins over a command's section, and that over the global one.
std::map<std::string, std::vector<std::string>> effective_options(std::string_view listing) {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto* section : {"global.", "install.", ":env:."}) {
    for (const std::string_view line : text::lines(listing)) {
      const std::size_t equals = line.find('=');
      if (!line.starts_with(section) || equals == std::string_view::npos) continue;
      const std::string_view name = line.substr(0, equals);
      out[std::string(name.substr(std::string_view(section).size()))] = words(line.substr(equals + 1));
    }
  }
  return out;
}

std::string add_all(EcosystemRegistries& to, const std::vector<std::string>& urls) {
  std::vector<std::string> usable;
  for (const std::string& text : urls) {
    const auto url = read_registry_url(text);
    if (!url) continue;
    add_host(to, url->rule);
    usable.push_back(url->url);
  }
  return text::join(usable, " ");
}

}  // namespace

EcosystemRegistries find_python(const Finder& finder) {
  EcosystemRegistries out;
  const auto listing = finder.ask({"python3", "-m", "pip", "config", "list"}, &out.reason);
  if (!listing) return out;
  auto options = effective_options(*listing);
  const std::string index = add_all(out, options["index-url"]);
  const std::string extra = add_all(out, options["extra-index-url"]);
  add_all(out, options["find-links"]);
  if (!extra.empty()) out.env["PIP_EXTRA_INDEX_URL"] = extra;
  out.reason = "pip's configuration";
  if (!index.empty()) {
    out.env["PIP_INDEX_URL"] = index;
    return out;
  }
  std::string why;
  const auto built_in = finder.ask({"python3", "-c", std::string(kBuiltIn)}, &why);
  if (!built_in) {
    out.reason += "; what pip has built in could not be read: " + why;
    return out;
  }
  const auto lines = text::lines(*built_in);
  for (const std::string_view line : lines)
    if (const auto url = read_registry_url(line)) add_host(out, url->rule);
  if (const auto url = lines.empty() ? std::nullopt : read_registry_url(lines.front())) out.env["PIP_INDEX_URL"] = url->url;
  out.reason += ", and what pip has built in";
  return out;
}

}  // namespace argosy::egress
