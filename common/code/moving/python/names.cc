#include "common/code/moving/python/names.h"

#include <algorithm>
#include <cctype>

#include "common/core/text.h"

namespace argosy::code {

std::string module_path(std::string_view path) {
  for (const std::string_view end : {"/__init__.pyi", "/__init__.py", ".pyi", ".pyw", ".py", "/"})
    if (path.ends_with(end)) return std::string(path.substr(0, path.size() - end.size()));
  return std::string(path);
}

std::string dotted_of(std::string path) {
  std::ranges::replace(path, '/', '.');
  return path;
}

std::string relative_name(const std::string& folder, const std::string& target) {
  std::string base = folder, dots = ".";
  while (!base.empty() && target != base && !target.starts_with(base + "/")) {
    const auto slash = base.rfind('/');
    base = slash == std::string::npos ? "" : base.substr(0, slash);
    dots += '.';
  }
  if (target == base) return dots;
  return dots + dotted_of(target.substr(base.empty() ? 0 : base.size() + 1));
}

std::string absolute_name(const std::string& text, const std::string& before, const std::string& after) {
  if (before.size() < text.size()) return {};
  const std::string root = before.substr(0, before.size() - text.size());
  return after.starts_with(root) && after.size() > root.size() ? dotted_of(after.substr(root.size())) : std::string();
}

bool is_importable(std::string_view path) {
  return std::ranges::all_of(text::split(path, '/'), [](std::string_view part) {
    return !part.empty() && std::isdigit(static_cast<unsigned char>(part.front())) == 0 && std::ranges::all_of(part, [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    });
  });
}

}  // namespace argosy::code
