// Tools that look at files: read_file, list_directory, search_files.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "common/agent/tools/tool.h"
#include "common/code/encoding.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::size_t kMaxShown = kMaxToolResult - 500;   // bytes of a file; the rest is for what is said about it
constexpr std::size_t kMaxEntries = 500;                  // of a folder
constexpr std::size_t kMaxHits = 200, kMaxHitLine = 300;  // of a search
constexpr std::size_t kMaxSearched = 1u << 20;            // bytes of one file that is searched
constexpr std::int64_t kMaxPatternMemory = 8 << 20;       // of a compiled pattern
constexpr auto kAll = std::numeric_limits<std::int64_t>::max();

ToolOutcome read_file(const json::Object& arguments, const Bench& bench) {
  const auto path = string_of(arguments, "path");
  const auto text = text_of(bench, path);
  if (!text) return text.error();
  const auto count = static_cast<std::int64_t>(text::lines(*text).size());
  const auto from = std::max<std::int64_t>(int_of(arguments, "line_start", 1), 1);
  auto to = int_of(arguments, "line_end", kAll);
  if (to < from) return failed("arguments_invalid", fmt::format("line_end {} lies before line_start {}", to, from));
  to = std::min(to, count);
  if (count == 0) {
    remember_read(bench, path, 0, 0);
    return {.text = fmt::format("{} is empty", path)};
  }
  if (from > count) return failed("lines_not_there", fmt::format("{} has {} lines", path, count));
  std::int64_t last = 0;
  auto shown = numbered(*text, from, to, kMaxShown, &last);
  const bool whole = from == 1 && last == count;
  remember_read(bench, path, whole ? 0 : from, whole ? 0 : last, count);
  if (whole) return {.text = fmt::format("{} ({} lines)\n{}", path, count, shown)};
  shown = fmt::format("{} (lines {} to {} of {})\n{}", path, from, last, count, shown);
  if (last < to) shown += fmt::format("[cut here: ask for lines from {} on]\n", last + 1);
  return {.text = std::move(shown)};
}

ToolOutcome list_directory(const json::Object& arguments, const Bench& bench) {
  const auto folder = string_of(arguments, "path");
  const auto listed = bench.workspace.list();
  if (!listed) return failed(listed.error());
  const auto prefix = folder.empty() ? std::string() : folder + "/";
  std::set<std::string> entries;
  std::size_t below = 0;
  for (const auto& path : *listed) {
    if (path == folder && !folder.empty()) return failed("not_a_directory", fmt::format("{} is a file: read_file shows it", folder));
    if (!path.starts_with(prefix)) continue;
    ++below;
    const auto rest = std::string_view(path).substr(prefix.size());
    const auto slash = rest.find('/');
    entries.insert(std::string(rest.substr(0, slash == std::string_view::npos ? slash : slash + 1)));
  }
  if (below == 0 && !folder.empty()) return failed("file_not_found", fmt::format("there is no folder {}", folder));
  auto text = fmt::format("{} ({} entries, {} files below)\n", folder.empty() ? "." : folder, entries.size(), below);
  std::size_t shown = 0;
  for (const auto& entry : entries) {
    if (++shown > kMaxEntries) return {.text = text + fmt::format("[and {} more]\n", entries.size() - kMaxEntries)};
    text += entry + "\n";
  }
  return {.text = std::move(text)};
}

// Linear in the text whatever the pattern: a model cannot make it hang.
ToolOutcome search_files(const json::Object& arguments, const Bench& bench) {
  const auto wanted = string_of(arguments, "pattern"), glob = string_of(arguments, "glob");
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternMemory);
  auto pattern = std::make_unique<RE2>(wanted, options);
  std::string note;
  if (!pattern->ok()) {
    note = fmt::format("[not a pattern ({}), searched for as it stands]\n", pattern->error());
    pattern = std::make_unique<RE2>(RE2::QuoteMeta(wanted), options);
    if (!pattern->ok()) return failed("pattern_invalid", pattern->error());
  }
  const auto listed = bench.workspace.list();
  if (!listed) return failed(listed.error());
  std::string out;
  std::size_t hits = 0, files = 0, searched = 0;
  for (const auto& path : *listed) {
    const auto name = std::string_view(path).substr(path.rfind('/') + 1);
    if (!glob.empty() && !text::path_matches(glob, path) && (glob.contains('/') || !text::path_matches(glob, name))) continue;
    const auto bytes = bench.workspace.read(path);
    if (!bytes || !*bytes || (*bytes)->size() > kMaxSearched) continue;
    const auto decoded = code::decode(**bytes);
    if (!decoded) continue;
    ++searched;
    std::int64_t number = 0;
    bool here = false;
    for (const auto line : text::lines(decoded->text)) {
      ++number;
      if (!RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), *pattern)) continue;
      if (++hits <= kMaxHits) out += fmt::format("{}:{}: {}\n", path, number, text::ellipsize(text::trim(line), kMaxHitLine));
      here = true;
    }
    files += here ? 1 : 0;
  }
  if (hits == 0) return {.text = fmt::format("{}nothing in {} files\n", note, searched)};
  if (hits > kMaxHits) out += fmt::format("[and {} more: narrow the pattern or the glob]\n", hits - kMaxHits);
  return {.text = fmt::format("{}{} lines in {} of {} files\n{}", note, hits, files, searched, out)};
}

constexpr auto kTools = std::to_array<ToolSpec>({
    {"read_file", Effect::read,
     "Shows a file with line numbers, all of it or the lines from line_start to line_end. Read a file before you write over it.",
     R"({"type":"object","properties":{"path":{"type":"string","description":"from the repository's root"},"line_start":{"type":"integer","minimum":1},"line_end":{"type":"integer","minimum":1}},"required":["path"]})",
     read_file},
    {"list_directory", Effect::read, "Lists what lies in a folder; folders end in /. Without a path: the repository's root.",
     R"({"type":"object","properties":{"path":{"type":"string"}}})", list_directory},
    {"search_files", Effect::read,
     "Finds lines that match a regular expression (RE2), in all files or in those that the glob matches (\"*.py\", \"src/**\").",
     R"({"type":"object","properties":{"pattern":{"type":"string","minLength":1},"glob":{"type":"string"}},"required":["pattern"]})",
     search_files},
});

}  // namespace

std::span<const ToolSpec> reading_tools() { return kTools; }

}  // namespace argosy::agent
