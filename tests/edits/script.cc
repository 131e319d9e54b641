#include "tests/edits/script.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/code/edits/line_text.h"
#include "common/code/edits/merge.h"
#include "common/code/syntax_check.h"
#include "common/core/file.h"
#include "common/core/text.h"

namespace argosy::edits {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBytes = 20u << 10;  // a larger file makes the run slow and no harder
constexpr auto kSources =
    std::to_array<std::string_view>({".py", ".js", ".ts", ".go", ".java", ".md", ".rst", ".json", ".txt", ".yml", ".toml"});

Lines lines_of(const std::string& text) {
  Lines out;
  for (const auto line : text::lines(text)) out.emplace_back(line);
  return out;
}

Script compare(const Lines& old_lines, const Lines& new_lines) {
  const auto kept = code::common_lines(old_lines, new_lines);
  Script script;
  std::size_t i = 0;
  for (std::size_t j = 0; j < new_lines.size(); ++j) {
    if (kept[j] != code::kNoLine)
      for (; i < kept[j]; ++i) script.push_back({Fate::goes, old_lines[i]});
    script.push_back({kept[j] == code::kNoLine ? Fate::comes : Fate::stays, new_lines[j]});
    if (kept[j] != code::kNoLine) ++i;
  }
  for (; i < old_lines.size(); ++i) script.push_back({Fate::goes, old_lines[i]});
  return script;
}

// Hunks that need no other for the file to parse.
std::vector<Hunk> alone(const std::string& path, const Script& script) {
  auto all = hunks(script);
  const auto old_text = join(before(script));
  std::erase_if(all, [&](const Hunk& hunk) {
    const auto errors = code::syntax_errors(path, old_text, join(after(only(script, {hunk}))));
    return errors && errors->after > errors->before;
  });
  return all;
}

bool is_source(const fs::path& path) { return std::ranges::find(kSources, path.extension().string()) != kSources.end(); }

}  // namespace

Lines before(const Script& script) {
  Lines out;
  for (const Item& item : script)
    if (item.fate != Fate::comes) out.push_back(item.text);
  return out;
}

Lines after(const Script& script) {
  Lines out;
  for (const Item& item : script)
    if (item.fate != Fate::goes) out.push_back(item.text);
  return out;
}

std::vector<Hunk> hunks(const Script& script) {
  std::vector<Hunk> out;
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (script[i].fate == Fate::stays) continue;
    const std::size_t begin = i;
    while (i < script.size() && script[i].fate != Fate::stays) ++i;
    out.push_back({begin, i});
  }
  return out;
}

Script only(const Script& script, const std::vector<Hunk>& chosen) {
  Script out;
  for (std::size_t i = 0; i < script.size(); ++i) {
    Item item = script[i];
    const bool wanted = std::ranges::any_of(chosen, [&](const Hunk& hunk) { return i >= hunk.begin && i < hunk.end; });
    if (item.fate != Fate::stays && !wanted) {
      if (item.fate == Fate::comes) continue;
      item.fate = Fate::stays;
    }
    out.push_back(std::move(item));
  }
  return out;
}

Library load(const fs::path& before_root, const fs::path& after_root) {
  Library library;
  std::set<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(before_root))
    if (entry.is_regular_file() && is_source(entry.path()) && entry.file_size() <= kMaxBytes)
      paths.insert(entry.path().lexically_relative(before_root).generic_string());
  for (const auto& path : paths) {
    const auto old_text = read_file(before_root / path), new_text = read_file(after_root / path);
    if (!old_text || !new_text || !text::is_utf8(*old_text) || !text::is_utf8(*new_text) || old_text->contains('\r')) continue;
    auto script = compare(lines_of(*old_text), lines_of(*new_text));
    script = only(script, alone(path, script));
    if (!hunks(script).empty()) library.changed.push_back({path, std::move(script)});
  }
  return library;
}

std::string join(const Lines& lines) {
  std::string out;
  for (const auto& line : lines) out.append(line).append("\n");
  return out;
}

}  // namespace argosy::edits
