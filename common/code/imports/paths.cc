#include "common/code/imports/paths.h"

#include "common/core/text.h"

namespace argosy::code::imports {

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string joined(std::string_view folder, std::string_view rest) {
  if (folder.empty()) return std::string(rest);
  return rest.empty() ? std::string(folder) : std::string(folder) + "/" + std::string(rest);
}

std::optional<std::string> below(std::string_view folder, std::string_view path) {
  std::vector<std::string> parts;
  for (const auto whole : {folder, path}) {
    for (const auto part : text::split(whole, '/')) {
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.emplace_back(part);
      } else {
        if (parts.empty()) return std::nullopt;
        parts.pop_back();
      }
    }
  }
  return text::join(parts, "/");
}

Paths::Paths(std::vector<std::string> sorted) : all_(std::move(sorted)) {
  folders_.insert(std::string_view());
  for (const std::string& path : all_) {
    files_.insert(path);
    named_[name_of(path)].push_back(path);
    for (auto slash = path.rfind('/'); slash != std::string::npos && slash > 0; slash = path.rfind('/', slash - 1))
      if (!folders_.insert(std::string_view(path).substr(0, slash)).second) break;
  }
}

std::span<const std::string_view> Paths::named(std::string_view name) const {
  const auto found = named_.find(name);
  return found == named_.end() ? std::span<const std::string_view>() : found->second;
}

std::vector<std::string_view> Paths::ending_with(std::string_view tail) const {
  std::vector<std::string_view> out;
  for (const auto path : named(name_of(tail)))
    if (path == tail || (path.ends_with(tail) && path[path.size() - tail.size() - 1] == '/')) out.push_back(path);
  return out;
}

}  // namespace argosy::code::imports
