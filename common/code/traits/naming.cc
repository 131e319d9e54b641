// How things are named, by counting definitions.
#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>

#include "common/code/traits/parts.h"

namespace argosy::code::traits {
namespace {

// Nothing where the name fits more than one style ("run"), or none.
std::optional<std::string_view> style_of(std::string_view name) {
  while (name.starts_with('_') || name.starts_with('#') || name.starts_with('$')) name.remove_prefix(1);
  while (name.ends_with('_')) name.remove_suffix(1);
  bool upper = false, lower = false, under = false, dash = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    upper = upper || std::isupper(byte) != 0;
    lower = lower || std::islower(byte) != 0;
    under = under || c == '_';
    dash = dash || c == '-';
  }
  if (name.empty() || (!upper && !lower)) return std::nullopt;
  if (dash && !under && !upper) return "kebab-case";
  if (dash) return std::nullopt;
  if (under) return upper && lower ? std::nullopt : std::optional<std::string_view>(upper ? "UPPER_CASE" : "snake_case");
  if (!upper) return std::nullopt;
  if (!lower) return name.size() > 1 ? std::optional<std::string_view>("UPPER_CASE") : std::nullopt;
  return std::isupper(static_cast<unsigned char>(name.front())) != 0 ? "PascalCase" : "camelCase";
}

std::string_view group_of(TagKind kind) {
  switch (kind) {
    case TagKind::function:
    case TagKind::method:
      return "functions";
    case TagKind::klass:
    case TagKind::interface:
    case TagKind::structure:
    case TagKind::enumeration:
    case TagKind::type:
      return "types";
    case TagKind::constant:
    case TagKind::macro:
      return "constants";
    case TagKind::variable:
    case TagKind::field:
      return "variables";
    case TagKind::module:
      return "";
  }
  return "";
}

std::string_view stem_of(std::string_view path) {
  path = path.substr(path.rfind('/') + 1);
  return path.substr(0, path.find('.'));
}

}  // namespace

std::vector<NamingStyle> naming_of(std::span<const IndexedFile> files) {
  std::map<std::pair<Language, std::string_view>, std::map<std::string_view, std::size_t>> counts;
  for (const IndexedFile& file : files) {
    const Language language = file.tags->language;
    if (const auto style = style_of(stem_of(file.path))) ++counts[{language, "files"}][*style];
    for (const Definition& definition : file.tags->definitions)
      if (const auto group = group_of(definition.kind); !group.empty())
        if (const auto style = style_of(definition.name)) ++counts[{language, group}][*style];
  }
  std::vector<NamingStyle> out;
  for (const auto& [what, styles] : counts) {
    NamingStyle naming{what.first, std::string(what.second), {}, 0, 0.0};
    std::size_t most = 0;
    for (const auto& [style, count] : styles) {
      naming.count += count;
      if (count <= most) continue;
      most = count;
      naming.style = style;
    }
    naming.share = static_cast<double>(most) / static_cast<double>(naming.count);
    out.push_back(std::move(naming));
  }
  return out;
}

}  // namespace argosy::code::traits
