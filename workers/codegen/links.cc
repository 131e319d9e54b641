#include "workers/codegen/links.h"

#include <vector>

#include "common/core/text.h"

namespace argosy::codegen {

bool link_stays_inside(std::string_view path, std::string_view target) {
  if (target.empty() || target.starts_with('/') || target.find('\0') != std::string_view::npos) return false;
  std::vector<std::string_view> place;
  for (const auto part : text::split(path, '/')) place.push_back(part);
  place.pop_back();
  for (const auto part : text::split(target, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".git") return false;
    if (part != "..") {
      place.push_back(part);
    } else if (place.empty()) {
      return false;
    } else {
      place.pop_back();
    }
  }
  return true;
}

}  // namespace argosy::codegen
