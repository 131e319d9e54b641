#include "common/code/moving/ecmascript/specifiers.h"

#include <algorithm>
#include <array>
#include <vector>

#include "common/code/moving/module_move.h"
#include "common/core/text.h"

namespace argosy::code::es {
namespace {
constexpr auto kEndings =
    std::to_array<std::string_view>({".d.ts", ".d.mts", ".d.cts", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"});
}  // namespace

std::string_view source_ending(std::string_view path) {
  const auto hit = std::ranges::find_if(kEndings, [&](std::string_view ending) { return path.ends_with(ending); });
  return hit == kEndings.end() ? std::string_view() : *hit;
}

std::string without_ending(std::string_view path) { return std::string(path.substr(0, path.size() - source_ending(path).size())); }

bool is_relative(std::string_view specifier) {
  return specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../");
}

// The path that a relative specifier writes, or nothing when it leaves the repository.
std::optional<std::string> joined(const std::string& folder, std::string_view specifier) {
  std::vector<std::string_view> parts;
  const std::string whole = folder + "/" + std::string(specifier);
  for (const auto part : text::split(whole, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (parts.empty()) {
      return std::nullopt;
    } else {
      parts.pop_back();
    }
  }
  std::string out;
  for (const auto part : parts) out += (out.empty() ? "" : "/") + std::string(part);
  return out;
}

std::string relative_path(const std::string& folder, const std::string& path) {
  const auto from = folder.empty() ? std::vector<std::string_view>() : text::split(folder, '/');
  const auto to = path.empty() ? std::vector<std::string_view>() : text::split(path, '/');
  std::size_t common = 0;
  while (common < from.size() && common < to.size() && from[common] == to[common]) ++common;
  std::string out = common == from.size() ? "." : "..";
  for (std::size_t i = common + 1; i < from.size(); ++i) out += "/..";
  for (std::size_t i = common; i < to.size(); ++i) out += "/" + std::string(to[i]);
  return out;
}

std::optional<std::string> respelled(const std::string& folder, const std::string& raw, const std::string& before,
                                     const std::string& after) {
  if (raw == before) return relative_path(folder, after);
  if (without_ending(before) == raw) return relative_path(folder, without_ending(after));
  if (without_ending(before) == (raw.empty() ? "index" : raw + "/index")) {
    const std::string plain = without_ending(after);
    const bool index = plain == "index" || plain.ends_with("/index");
    return relative_path(folder, index ? folder_of_path(plain) : plain);
  }
  if (!source_ending(raw).empty() && without_ending(before) == without_ending(raw))
    return relative_path(folder, without_ending(after) + std::string(source_ending(raw)));
  return std::nullopt;
}

}  // namespace argosy::code::es
