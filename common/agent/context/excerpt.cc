#include "common/agent/context/excerpt.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "common/code/map/repo_map.h"
#include "common/core/text.h"

namespace argosy::agent::context {
namespace {

std::string gap(std::size_t lines) { return lines == 0 ? std::string() : fmt::format("... {} lines ...\n", lines); }

std::string shown(const std::vector<std::string_view>& lines, const std::vector<bool>& wanted) {
  std::string out;
  std::size_t skipped = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!wanted[i]) {
      ++skipped;
      continue;
    }
    out += gap(skipped);
    skipped = 0;
    out.append(lines[i]).append("\n");
  }
  return out + gap(skipped);
}

}  // namespace

std::string outline(std::string_view text, const code::FileTags& tags, const std::set<std::string, std::less<>>& mentioned,
                    std::size_t tokens) {
  const auto lines = text::lines(text);
  std::vector<bool> heads(lines.size(), false);
  std::vector<const code::Definition*> bodies;
  for (const code::Definition& one : tags.definitions) {
    if (one.line == 0 || one.line > lines.size() || one.kind == code::TagKind::variable) continue;
    heads[one.line - 1] = true;
    if (mentioned.contains(one.name)) bodies.push_back(&one);
  }
  if (std::ranges::none_of(heads, [](bool head) { return head; })) return {};
  std::string best = shown(lines, heads);
  if (code::estimated_tokens(best) > tokens) return {};
  for (const code::Definition* body : bodies) {
    auto more = heads;
    for (std::size_t i = body->line - 1; i < std::min<std::size_t>(body->end_line, lines.size()); ++i) more[i] = true;
    auto larger = shown(lines, more);
    if (code::estimated_tokens(larger) > tokens) continue;
    best = std::move(larger);
    heads = std::move(more);
  }
  return best;
}

std::string beginning(std::string_view text, std::size_t tokens) {
  const auto lines = text::lines(text);
  std::string out;
  std::size_t taken = 0;
  for (; taken < lines.size(); ++taken) {
    const auto rest = lines.size() - taken - 1;
    if ((out.size() + lines[taken].size() + 1 + gap(rest).size() + 2) / 3 > tokens) break;
    out.append(lines[taken]).append("\n");
  }
  return taken == 0 ? std::string() : out + gap(lines.size() - taken);
}

}  // namespace argosy::agent::context
