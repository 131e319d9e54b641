#include "common/code/renaming/linked/includes.h"

#include "common/core/text.h"

namespace argosy::code::linked {
namespace {

std::string folder_of(std::string_view path) { return std::string(path.substr(0, path.rfind('/') + 1)); }

// Without "." and ".."; empty when it leads out of the tree.
std::string tidied(std::string_view path) {
  std::vector<std::string_view> parts;
  for (const auto part : text::split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (parts.empty()) {
      return {};
    } else {
      parts.pop_back();
    }
  }
  std::string out;
  for (const auto part : parts) out += (out.empty() ? "" : "/") + std::string(part);
  return out;
}

}  // namespace

Includes::Includes(const Project& project) : project_(project) {
  for (const std::string& path : project.sources()) {
    const Decoded* source = project.text(path);
    if (source == nullptr) continue;
    for (const auto line : text::lines(source->text)) {
      auto rest = text::trim(line);
      if (!rest.starts_with('#')) continue;
      rest = text::trim(rest.substr(1));
      if (!rest.starts_with("include")) continue;
      rest = text::trim(rest.substr(rest.starts_with("include_next") ? 12 : 7));
      const char close = rest.starts_with('<') ? '>' : '"';
      const auto end = rest.empty() ? std::string_view::npos : rest.find(close, 1);
      if (end != std::string_view::npos) follow(path, rest.substr(1, end - 1), close == '"');
    }
    project.forget(path);
  }
}

void Includes::follow(const std::string& path, std::string_view wanted, bool quoted) {
  const auto join = [&](const std::string& from, const std::string& to) {
    edges_[from].insert(to);
    back_[to].insert(from);
  };
  const auto add = [&](const std::string& to) {
    join(path, to);
    included_.insert(to);
  };
  if (const std::string beside = tidied(folder_of(path) + std::string(wanted)); quoted && project_.has(beside)) return add(beside);
  std::string tail = tidied(wanted);
  // ../x.h beside an include folder: only what follows the dots can be looked for.
  for (auto rest = wanted; tail.empty() && rest.starts_with("../");) tail = tidied(rest = rest.substr(3));
  if (tail.empty()) return;
  // One node for all that include it so: many files by many of one name would be as many edges as both together.
  const std::string node = std::string(1, '\0') + tail;
  const bool known = back_.contains(node);
  join(path, node);
  if (known) return;
  for (const std::string& candidate : project_.named(std::string_view(tail).substr(tail.rfind('/') + 1)))
    if (candidate == tail || candidate.ends_with("/" + tail)) {
      join(node, candidate);
      included_.insert(candidate);
    }
}

std::set<std::string> Includes::reached(const Edges& edges, std::vector<std::string> from) {
  std::set<std::string> seen(from.begin(), from.end());
  while (!from.empty()) {
    const std::string next = std::move(from.back());
    from.pop_back();
    const auto hit = edges.find(next);
    if (hit == edges.end()) continue;
    for (const std::string& to : hit->second)
      if (seen.insert(to).second) from.push_back(to);
  }
  return seen;
}

}  // namespace argosy::code::linked
