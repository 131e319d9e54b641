#include "common/code/map/page.h"

#include <algorithm>
#include <unordered_map>

#include "common/code/map/links.h"
#include "common/code/map/repo_map.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

// By lines and names: the scope's last part is the name of the innermost definition around.
std::vector<std::uint32_t> nesting(const std::vector<Definition>& definitions, std::uint32_t top) {
  std::vector<std::uint32_t> around(definitions.size(), top);
  std::vector<std::uint32_t> open;  // definitions that may go on, outermost first
  for (std::uint32_t i = 0; i < definitions.size(); ++i) {
    const Definition& one = definitions[i];
    while (!open.empty() && definitions[open.back()].end_line < one.line) open.pop_back();
    const auto scope = std::string_view(one.scope).substr(one.scope.rfind('.') + 1);
    for (auto outer = open.rbegin(); outer != open.rend() && !scope.empty(); ++outer) {
      if (!is_shown(definitions[*outer]) || definitions[*outer].name != scope || definitions[*outer].end_line < one.end_line ||
          definitions[*outer].line == one.line)
        continue;
      around[i] = *outer;
      break;
    }
    if (one.end_line > one.line) open.push_back(i);  // on one line all would stand in all
  }
  return around;
}

}  // namespace

MapPage::File& MapPage::open(std::uint32_t file) {
  const auto [found, is_new] = opened_.try_emplace(file);
  if (!is_new) return found->second;
  const auto& definitions = all_[file].tags->definitions;
  found->second.around = nesting(definitions, kTop);
  std::unordered_map<std::uint32_t, std::uint32_t> lines;
  for (std::uint32_t i = 0; i < definitions.size(); ++i)
    found->second.first.push_back(lines.try_emplace(definitions[i].line, i).first->second);
  return found->second;
}

std::string MapPage::line_of(const File& file, std::uint32_t at, std::uint32_t definition) const {
  std::size_t depth = 1;
  for (auto outer = file.around[definition]; outer != kTop; outer = file.around[outer]) ++depth;
  const Definition& one = all_[at].tags->definitions[definition];
  return std::string(2 * depth, ' ') + text::ellipsize(one.signature.empty() ? one.name : one.signature, kMaxMapLine) + "\n";
}

bool MapPage::add(std::uint32_t at, std::uint32_t definition) {
  File& file = open(at);
  definition = file.first[definition];
  std::vector<std::uint32_t> fresh;
  std::size_t cost = file.shown.empty() ? all_[at].path.size() + 2 : 0;
  for (auto one = definition; one != kTop && !file.shown.contains(one); one = file.around[one]) {
    cost += line_of(file, at, one).size();
    fresh.push_back(one);
  }
  if (cost > left_) return false;
  left_ -= cost;
  if (file.shown.empty()) order_.push_back(at);
  file.shown.insert(fresh.begin(), fresh.end());
  return true;
}

std::string MapPage::text() const {
  std::string text;
  for (const auto at : order_) {
    const File& file = opened_.at(at);
    text += all_[at].path + ":\n";
    for (const auto definition : file.shown) text += line_of(file, at, definition);
  }
  return text;
}

}  // namespace argosy::code
