#include <algorithm>

#include "common/core/text.h"
#include "tests/edits/block.h"

namespace argosy::edits {
namespace {

std::vector<std::size_t> searched(const Block& block) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < block.said.size(); ++i)
    if (block.said[i].fate != Fate::comes && text::trim(block.said[i].text).size() > 3) out.push_back(i);
  return out;
}

bool swap_lines(Block& block, const std::vector<std::size_t>& lines, Random& random) {
  if (lines.size() < 2) return false;
  const auto k = pick(random, lines.size() - 1);
  Item& a = block.said[lines[k]];
  Item& b = block.said[lines[k + 1]];
  if (text::trim(a.text) == text::trim(b.text)) return false;
  std::swap(a.text, b.text);
  return true;
}

bool come_elided(Block& block) {
  const auto first = std::ranges::find(block.said, Fate::comes, &Item::fate);
  if (first == block.said.end()) return false;
  first->text = "# ... rest of the code unchanged ...";
  return true;
}

bool break_syntax(Block& block) {
  if (!block.path.ends_with(".py") && !block.path.ends_with(".go") && !block.path.ends_with(".java") && !block.path.ends_with(".js"))
    return false;
  for (Item& item : block.said) {
    const auto text = text::trim(item.text);
    const bool code =
        item.fate == Fate::comes && text.ends_with(')') && !text.starts_with('#') && !text.starts_with('/') && !text.starts_with('*');
    if (!code) continue;
    item.text += " ((( [";
    return true;
  }
  return false;
}

}  // namespace

bool harm(Block& block, Harm kind, Random& random) {
  const auto lines = searched(block);
  if (lines.empty()) return false;
  const auto at = lines[pick(random, lines.size())];
  std::string& text = block.said[at].text;
  const auto start = text.find_first_not_of(" \t");
  switch (kind) {
    case Harm::typo: {
      char& letter = text[start + pick(random, text.size() - start)];
      if (letter == ' ' || (static_cast<unsigned char>(letter) & 0x80) != 0) return false;
      letter = letter == 'q' ? 'z' : 'q';
      return true;
    }
    case Harm::line_missing:
      if (at == lines.front() || at == lines.back()) return false;
      block.said.erase(block.said.begin() + static_cast<std::ptrdiff_t>(at));
      return true;
    case Harm::lines_swapped:
      return swap_lines(block, lines, random);
    case Harm::ragged:
      if (lines.size() < 2) return false;
      text = std::string(1 + pick(random, 5), ' ') + text;
      return true;
    case Harm::cut_line:
      if (at != lines.back() || text::trim(text).size() < 8 || block.said.back().fate == Fate::comes) return false;
      text.resize(text.size() - 1 - pick(random, text::trim(text).size() / 2));
      return text::trim(text).size() > 1;
    case Harm::elided_replacement:
      return come_elided(block);
    case Harm::broken_syntax:
      break;
  }
  return break_syntax(block);
}

}  // namespace argosy::edits
