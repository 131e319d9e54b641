#include <algorithm>
#include <array>
#include <map>

#include "common/code/edits/elision.h"
#include "common/code/edits/punctuation.h"
#include "common/core/text.h"
#include "tests/edits/block.h"

namespace argosy::edits {
namespace {

bool is_blank(std::string_view line) { return text::trim(line).empty(); }
std::size_t indentation(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

// Of two lines that are alike nobody can say which one stays: they are left as they are.
std::map<std::string, int> alike(const Script& script) {
  std::map<std::string, int> out;
  for (const Item& item : script) ++out[std::string(text::trim(item.text))];
  return out;
}

bool trailing(Block& block, Random& random) {
  const auto often = alike(block.said);
  bool any = false;
  for (Item& item : block.said) {
    if (item.fate == Fate::comes || often.at(std::string(text::trim(item.text))) > 1) continue;
    const auto last = item.text.find_last_not_of(" \t");
    if (last != std::string::npos && last + 1 < item.text.size()) {
      item.text.resize(last + 1);
      any = true;
    } else if (chance(random, 30)) {
      item.text.append(1 + pick(random, 3), ' ');
      any = true;
    }
  }
  return any;
}

bool shift(Block& block, Random& random) {
  std::size_t least = std::string::npos;
  for (const Item& item : block.said)
    if (!is_blank(item.text)) least = std::min(least, indentation(item.text));
  if (least == std::string::npos) return false;
  const bool less = least > 0 && chance(random, 70);
  const std::size_t by = less ? 1 + pick(random, least) : 1 + pick(random, 8);
  const std::string more = chance(random, 20) ? "\t" : std::string(by, ' ');
  for (Item& item : block.said) {
    if (is_blank(item.text)) continue;
    item.text = less ? item.text.substr(by) : more + item.text;
  }
  // Lines may all begin with the same prefix, but not with the same characters to take away.
  return true;
}

bool tabs(Block& block, Random& random) {
  const std::size_t width = chance(random, 50) ? 4 : 2;
  bool any = false, spaces = true, tabs = true;
  for (const Item& item : block.said) {
    const auto lead = item.text.substr(0, indentation(item.text));
    if (is_blank(item.text) || lead.empty()) continue;
    any = any || item.fate != Fate::comes;
    spaces = spaces && lead.find_first_not_of(' ') == std::string::npos && lead.size() % width == 0;
    tabs = tabs && lead.find_first_not_of('\t') == std::string::npos;
  }
  if (!any || (!spaces && !tabs)) return false;
  for (Item& item : block.said) {
    const auto lead = indentation(item.text);
    if (is_blank(item.text) || lead == 0) continue;
    item.text = (tabs ? std::string(lead * width, ' ') : std::string(lead / width, '\t')) + item.text.substr(lead);
  }
  return true;
}

bool flattened(Block& block) {
  bool any = false;
  for (const Item& item : block.said)
    if (item.fate == Fate::comes && code::is_typographic(item.text)) return false;  // the model would have written it so
  for (Item& item : block.said) {
    any = any || code::is_typographic(item.text);
    item.text = code::ascii_punctuation(item.text);
  }
  return any;
}

bool prettified(Block& block) {
  bool any = false;
  for (const Item& item : block.said) {
    if (code::is_typographic(item.text)) return false;
    any = any || (item.fate != Fate::comes && item.text.find_first_of("'\"") != std::string::npos);
  }
  if (!any) return false;
  for (Item& item : block.said) {
    std::string out;
    for (const char c : item.text) {
      if (c == '\'')
        out += "’";
      else if (c == '"')
        out += "“";
      else
        out += c;
    }
    item.text = out;
  }
  return true;
}

// Blank lines between lines that stay: some go, some come.
bool blanks(Block& block, Random& random) {
  Script out;
  bool any = false;
  for (std::size_t i = 0; i < block.said.size(); ++i) {
    const Item& item = block.said[i];
    const bool inside = i > 0 && i + 1 < block.said.size();
    const bool quiet = inside && block.said[i - 1].fate == Fate::stays && block.said[i + 1].fate == Fate::stays;
    if (quiet && item.fate == Fate::stays && is_blank(item.text) && chance(random, 60)) {
      any = true;
      continue;
    }
    out.push_back(item);
    if (quiet && item.fate == Fate::stays && chance(random, 15)) {
      out.push_back({Fate::stays, ""});
      any = true;
    }
  }
  if (!any && chance(random, 50)) {
    out.insert(out.begin(), {Fate::stays, ""});
    any = true;
  }
  block.said = std::move(out);
  return any;
}

// The longest run of lines that stay, inside the block, becomes "...".
bool elision(Block& block, Random& random) {
  std::size_t best = 0, best_size = 0;
  for (std::size_t i = 0; i < block.said.size();) {
    const std::size_t begin = i;
    while (i < block.said.size() && block.said[i].fate == Fate::stays) ++i;
    if (i - begin > best_size) best = begin, best_size = i - begin;
    i = std::max(i, begin + 1);
  }
  if (best_size < 6) return false;
  const auto from = block.said.begin() + static_cast<std::ptrdiff_t>(best + 2);
  const auto at = block.said.erase(from, from + static_cast<std::ptrdiff_t>(best_size - 4));
  constexpr auto kMarks = std::to_array<std::string_view>({"...", "    ...", "# ... existing code ...", "// ... rest of the code ..."});
  block.said.insert(at, {Fate::stays, std::string(kMarks[pick(random, kMarks.size())])});
  // What is left on both sides must still say where it stands.
  Script piece;
  for (std::size_t i = 0; i <= block.said.size(); ++i) {
    if (i < block.said.size() && !code::is_elision(block.said[i].text)) {
      piece.push_back(block.said[i]);
      continue;
    }
    if (places(block.file, before(piece)) != 1) return false;
    piece.clear();
  }
  return true;
}

std::string typographic(const std::string& text, Random& random) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "’";
    else if (c == '-' && chance(random, 50))
      out += "–";
    else
      out += c;
  }
  return out + (chance(random, 20) ? "…" : "");
}

}  // namespace

bool damage(Block& block, Slip slip, Random& random) {
  switch (slip) {
    case Slip::trailing:
      return trailing(block, random);
    case Slip::shift:
      return shift(block, random);
    case Slip::tabs:
      return tabs(block, random);
    case Slip::flattened:
      return flattened(block);
    case Slip::prettified:
      return prettified(block);
    case Slip::blanks:
      return blanks(block, random);
    case Slip::elision:
      break;
  }
  return elision(block, random);
}

void prepare(Script& script, Slip slip, Random& random) {
  const auto often = alike(script);
  for (Item& item : script) {
    const auto text = text::trim(item.text);
    if (item.fate == Fate::comes || often.at(std::string(text)) > 1) continue;
    const bool comment = text.starts_with('#') || text.starts_with("//") || text.starts_with('*');
    // A line that goes says nothing about whether its characters are meant to come back.
    if (slip == Slip::flattened && comment && item.fate == Fate::stays) item.text = typographic(item.text, random);
    if (slip == Slip::trailing && chance(random, 10)) item.text += "  ";
  }
}

}  // namespace argosy::edits
