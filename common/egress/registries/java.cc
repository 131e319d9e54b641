// Maven: mirrors and repositories of its settings.xml (the user's and its own), else the repository of the super POM in its own jar. Its
// XML is the operator's: elements and comments are understood, entities beyond &amp; are not.
#include <algorithm>

#include "common/core/text.h"
#include "common/egress/registries/finders.h"

namespace argosy::egress {
namespace {

constexpr std::string_view kHomeLine = "Maven home: ";
constexpr std::string_view kSuperPom = "org/apache/maven/model/pom-4.0.0.xml";
constexpr std::string_view kReadFromJar =
    "import sys, zipfile\n"
    "sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())\n";

std::string without_comments(std::string_view xml) {
  std::string out;
  for (std::size_t at = 0; at < xml.size();) {
    const std::size_t begin = std::min(xml.find("<!--", at), xml.size());
    out += xml.substr(at, begin - at);
    const std::size_t end = begin == xml.size() ? xml.size() : xml.find("-->", begin);
    at = end == std::string_view::npos || end == xml.size() ? xml.size() : end + 3;
  }
  return out;
}

// What stands between <tag> and </tag>, for each of them.
std::vector<std::string_view> elements(std::string_view xml, std::string_view tag) {
  const std::string open = "<" + std::string(tag) + ">", close = "</" + std::string(tag) + ">";
  std::vector<std::string_view> out;
  for (std::size_t at = xml.find(open); at != std::string_view::npos; at = xml.find(open, at)) {
    const std::size_t end = xml.find(close, at);
    if (end == std::string_view::npos) break;
    out.push_back(xml.substr(at + open.size(), end - at - open.size()));
    at = end;
  }
  return out;
}

std::string first(std::string_view xml, std::string_view tag) {
  const auto all = elements(xml, tag);
  std::string out(all.empty() ? std::string_view() : text::trim(all.front()));
  for (std::size_t at = out.find("&amp;"); at != std::string::npos; at = out.find("&amp;", at + 1)) out.replace(at, 5, "&");
  return out;
}

void add_repositories(EcosystemRegistries& to, std::string_view xml) {
  for (const auto* tag : {"repository", "pluginRepository"})
    for (const std::string_view repository : elements(xml, tag))
      if (const auto url = read_registry_url(first(repository, "url"))) add_host(to, url->rule);
}

void add_settings(EcosystemRegistries& to, std::string_view xml) {
  for (const std::string_view mirror : elements(xml, "mirror")) {
    const auto url = read_registry_url(first(mirror, "url"));
    // Maven's own settings block plain http by a mirror that leads nowhere.
    if (!url || first(mirror, "blocked") == "true") continue;
    add_host(to, url->rule);
    to.mirrors.push_back({first(mirror, "id"), first(mirror, "mirrorOf"), url->url});
  }
  add_repositories(to, xml);
}

bool replaces_central(const EcosystemRegistries::Mirror& mirror) {
  const auto names = text::split(mirror.mirror_of, ',');
  return std::ranges::any_of(names, [](std::string_view name) {
    name = text::trim(name);
    return name == "*" || name == "external:*" || name == "central";
  });
}

std::filesystem::path model_jar(const std::filesystem::path& home) {
  if (!home.is_absolute()) return {};
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(home / "lib", ignored))
    if (entry.path().filename().string().starts_with("maven-model-builder") && entry.path().extension() == ".jar") return entry.path();
  return {};
}

}  // namespace

EcosystemRegistries find_java(const Finder& finder) {
  EcosystemRegistries out;
  const auto version = finder.ask({"mvn", "--batch-mode", "--version"}, &out.reason);
  if (!version) return out;
  std::filesystem::path home;
  for (const std::string_view line : text::lines(*version))
    if (line.starts_with(kHomeLine)) home = line.substr(kHomeLine.size());
  add_settings(out, without_comments(finder.file(home / "conf" / "settings.xml")));
  add_settings(out, without_comments(finder.file(std::filesystem::path(finder.variable("HOME")) / ".m2" / "settings.xml")));
  out.reason = "Maven's settings";
  if (std::ranges::any_of(out.mirrors, replaces_central)) return out;
  std::string why = "no jar of its models below " + home.string();
  const auto jar = model_jar(home);
  const auto pom = jar.empty() ? std::nullopt : finder.ask({"python3", "-c", std::string(kReadFromJar), jar, std::string(kSuperPom)}, &why);
  if (!pom) {
    out.reason += "; its super POM could not be read: " + why;
    return out;
  }
  add_repositories(out, without_comments(*pom));
  out.reason += ", and its super POM";
  return out;
}

}  // namespace argosy::egress
