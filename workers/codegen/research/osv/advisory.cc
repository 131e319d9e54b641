#include "workers/codegen/research/osv/advisory.h"

#include <algorithm>
#include <array>

#include "common/core/text.h"
#include "workers/codegen/research/osv/versions.h"

namespace argosy::codegen::osv {
namespace {

constexpr std::array<std::pair<std::string_view, Event::Kind>, 4> kKinds{{{"introduced", Event::Kind::introduced},
                                                                          {"fixed", Event::Kind::fixed},
                                                                          {"last_affected", Event::Kind::last_affected},
                                                                          {"limit", Event::Kind::limit}}};
constexpr std::size_t kMostReferences = 3;

std::vector<std::string> strings(const json::Value& value, std::string_view key) {
  std::vector<std::string> all;
  for (const auto& one : value.array_or_empty(key))
    if (one.is_string()) all.push_back(one.as_string());
  return all;
}

Affected affected_from(const json::Value& value) {
  Affected made;
  if (const auto* package = value.find("package")) {
    made.ecosystem = package->string_or("ecosystem", "");
    made.package = package->string_or("name", "");
  }
  made.versions = strings(value, "versions");
  bool git = false;
  for (const auto& one : value.array_or_empty("ranges")) {
    const auto type = one.string_or("type", "");
    git = git || type == "GIT";
    if (type != "SEMVER" && type != "ECOSYSTEM") continue;
    Range range{.semantic = type == "SEMVER" || made.ecosystem == "npm", .events = {}};
    for (const auto& event : one.array_or_empty("events"))
      for (const auto& [name, kind] : kKinds)
        if (const auto version = event.string_or(name, ""); !version.empty()) range.events.push_back({kind, version});
    made.ranges.push_back(std::move(range));
  }
  made.by_commits = git && made.ranges.empty() && made.versions.empty();
  return made;
}

// As the schema evaluates them: sorted, the last event that is not behind the version decides. "0" is before all others.
bool inside(const Range& range, std::string_view version) {
  const auto order = [&](std::string_view a, std::string_view b) {
    if (a == "0" || b == "0") return (a == "0" ? 0 : 1) <=> (b == "0" ? 0 : 1);
    const auto by = compare(a, b, range.semantic);
    return by < 0 ? std::strong_ordering::less : by > 0 ? std::strong_ordering::greater : std::strong_ordering::equal;
  };
  auto events = range.events;
  std::ranges::sort(events, [&](const Event& a, const Event& b) {
    const auto by = order(a.version, b.version);
    return by != 0 ? by < 0 : a.kind < b.kind;
  });
  bool vulnerable = false, limited = false, below_a_limit = false;
  for (const auto& event : events) {
    const auto reached = order(version, event.version);
    if (event.kind == Event::Kind::introduced && reached >= 0) vulnerable = true;
    if (event.kind == Event::Kind::fixed && reached >= 0) vulnerable = false;
    if (event.kind == Event::Kind::last_affected && reached > 0) vulnerable = false;
    if (event.kind != Event::Kind::limit) continue;
    limited = true;
    below_a_limit = below_a_limit || event.version == "*" || reached < 0;
  }
  return vulnerable && (!limited || below_a_limit);
}

}  // namespace

Result<Advisory> advisory_from(std::string_view json_text) {
  const auto value = json::parse(json_text);
  if (!value || !value->is_object() || value->string_or("id", "").empty())
    return fail_user("osv_malformed", "it is no entry of an OSV database", "take the files as osv.dev has them");
  Advisory made{.id = value->string_or("id", ""), .summary = value->string_or("summary", ""), .severity = {}};
  if (made.summary.empty()) made.summary = value->string_or("details", "");
  if (const auto* specific = value->find("database_specific")) made.severity = specific->string_or("severity", "");
  for (const auto& one : value->array_or_empty("severity"))
    if (made.severity.empty()) made.severity = one.string_or("score", "");
  made.aliases = strings(*value, "aliases");
  for (const auto& one : value->array_or_empty("references"))
    if (made.references.size() < kMostReferences) made.references.push_back(one.string_or("url", ""));
  for (const auto& one : value->array_or_empty("affected")) made.affected.push_back(affected_from(one));
  made.withdrawn = !value->string_or("withdrawn", "").empty();
  return made;
}

Verdict judge(const Affected& affected, std::string_view version) {
  const bool names_some =
      !affected.versions.empty() || std::ranges::any_of(affected.ranges, [](const Range& range) { return !range.events.empty(); });
  if (version.empty() || affected.by_commits || !names_some) return Verdict::not_known;
  if (std::ranges::find(affected.versions, version) != affected.versions.end()) return Verdict::affected;
  return std::ranges::any_of(affected.ranges, [&](const Range& range) { return inside(range, version); }) ? Verdict::affected
                                                                                                          : Verdict::not_affected;
}

std::vector<std::string> fixed_in(const Affected& affected) {
  std::vector<std::string> versions;
  for (const auto& range : affected.ranges)
    for (const auto& event : range.events)
      if (event.kind == Event::Kind::fixed) versions.push_back(event.version);
  return versions;
}

std::string key_of(std::string_view ecosystem, std::string_view package) {
  auto system = text::lower(ecosystem.substr(0, ecosystem.find(':')));
  std::string name(package);
  if (system == "pypi") {  // PEP 503
    std::string same;
    for (const char c : text::lower(package)) {
      const bool mark = c == '-' || c == '_' || c == '.';
      if (!mark) same += c;
      if (mark && !same.ends_with('-')) same += '-';
    }
    name = same;
  } else if (system == "npm" || system == "nuget") {
    name = text::lower(package);
  }
  return system + ":" + name;
}

}  // namespace argosy::codegen::osv
