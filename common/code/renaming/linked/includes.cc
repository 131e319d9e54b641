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
  const auto add = [&](const std::string& to) {
    edges_[path].insert(to);
    included_.insert(to);
  };
  if (const std::string beside = tidied(folder_of(path) + std::string(wanted)); quoted && project_.has(beside)) return add(beside);
  std::string tail = tidied(wanted);
  // ../x.h beside an include folder: only what follows the dots can be looked for.
  for (auto rest = wanted; tail.empty() && rest.starts_with("../");) tail = tidied(rest = rest.substr(3));
  if (tail.empty()) return;
  for (const std::string& candidate : project_.named(std::string_view(tail).substr(tail.rfind('/') + 1)))
    if (candidate == tail || candidate.ends_with("/" + tail)) add(candidate);
}

std::set<std::string> Includes::closure(const std::string& path) const {
  std::set<std::string> seen{path};
  std::vector<std::string> open{path};
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    const auto hit = edges_.find(next);
    if (hit == edges_.end()) continue;
    for (const std::string& to : hit->second)
      if (seen.insert(to).second) open.push_back(to);
  }
  return seen;
}

}  // namespace argosy::code::linked
