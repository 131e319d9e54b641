// Tools that know what sources define and use: get_file_summary, parse_ast, find_references; and semantic_search, which needs an embedder.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "common/agent/tools/tool.h"
#include "common/code/syntax/tree.h"
#include "common/code/tags/tags.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::size_t kMostDefinitions = 200, kMostImports = 60;  // of one file
constexpr std::size_t kMostPlaces = 150, kMaxPlace = 200;         // of a name; bytes of a line
constexpr std::size_t kMostNodes = 400, kMaxNodeText = 60;        // of a syntax tree
constexpr std::int64_t kUsualDepth = 4, kHeadLines = 20;

std::size_t depth_of(std::string_view scope) { return scope.empty() ? 0 : 1 + static_cast<std::size_t>(std::ranges::count(scope, '.')); }

ToolOutcome get_file_summary(const json::Object& arguments, const Bench& bench) {
  const auto path = string_of(arguments, "path");
  const auto text = text_of(bench, path);
  if (!text) return text.error();
  auto out = fmt::format("{}: {} lines, {} bytes\n", path, text::lines(*text).size(), text->size());
  const auto tags = code::tags_of_file(path, *text);
  if (!tags)
    return {.text = fmt::format("{}{}; it begins:\n{}", out, tags.error().message, numbered(*text, 1, kHeadLines, kMaxToolResult / 2))};
  if (tags->broken) out += "Parts of it do not follow the grammar.\n";
  for (std::size_t i = 0; i < std::min(tags->imports.size(), kMostImports); ++i) {
    const auto& line = tags->imports[i];
    out +=
        fmt::format("{}{}{}\n", i == 0 ? "Imports:\n  " : "  ", line.module, line.names.empty() ? "" : ": " + text::join(line.names, ", "));
  }
  for (std::size_t i = 0; i < std::min(tags->definitions.size(), kMostDefinitions); ++i) {
    const auto& one = tags->definitions[i];
    out += fmt::format("{}  {}{} {} [{}-{}] {}\n", i == 0 ? "Defines:\n" : "", std::string(2 * depth_of(one.scope), ' '),
                       code::to_string(one.kind), one.name, one.line, one.end_line, one.signature);
  }
  if (tags->definitions.size() > kMostDefinitions) out += fmt::format("  and {} more\n", tags->definitions.size() - kMostDefinitions);
  return {.text = std::move(out)};
}

// Named nodes as an outline, by walking in reading order: no recursion, whatever the nesting.
ToolOutcome parse_ast(const json::Object& arguments, const Bench& bench) {
  const auto path = string_of(arguments, "path");
  const auto language = code::language_of(path);
  if (!language) return failed("language_unsupported", fmt::format("there is no grammar for {}", path));
  auto text = text_of(bench, path);
  if (!text) return text.error();
  const auto tree = code::Tree::parse(*language, *std::move(text));
  if (!tree) return failed(tree.error());
  const auto from = int_of(arguments, "line_start", 1), to = int_of(arguments, "line_end", std::numeric_limits<std::int64_t>::max());
  const auto most_deep = int_of(arguments, "depth", kUsualDepth);
  std::vector<std::size_t> starts{0};
  for (std::size_t i = 0; i < tree->text().size(); ++i)
    if (tree->text()[i] == '\n') starts.push_back(i + 1);
  const auto line_of = [&](std::uint32_t offset) { return std::ranges::upper_bound(starts, offset) - starts.begin(); };
  std::string out;
  std::size_t shown = 0;
  std::vector<std::int64_t> depths(tree->size(), 0);
  for (code::NodeId id = 0; id < tree->size(); ++id) {
    const auto node = tree->node(id);
    const auto parent = node.parent();
    // Of a part of the file the depth counts from the first node that lies wholly in it.
    const auto begins = line_of(node.start()), ends = line_of(node.end());
    const bool inside = begins >= from && ends <= to;
    if (parent) depths[id] = depths[parent.id()] + (inside && line_of(parent.start()) >= from && line_of(parent.end()) <= to ? 1 : 0);
    if (!node.named() || !inside || depths[id] >= most_deep) continue;
    if (++shown > kMostNodes) continue;
    const auto words = text::ellipsize(node.text().substr(0, node.text().find('\n')), kMaxNodeText);
    out += fmt::format("{}{}{} [{}-{}] {}\n", std::string(2 * static_cast<std::size_t>(depths[id]), ' '),
                       node.field().empty() ? "" : fmt::format("{}: ", node.field()), node.kind(), begins, ends, words);
  }
  if (shown > kMostNodes) out += fmt::format("[and {} more nodes: give lines, or a smaller depth]\n", shown - kMostNodes);
  if (!tree->errors().empty()) out += fmt::format("[{} places do not follow the grammar]\n", tree->errors().size());
  return {.text = fmt::format("{}\n{}", path, out)};
}

// The files that may mention it: by the index, or all that a grammar reads.
std::set<std::string> candidates(const std::string& symbol, const Bench& bench, std::string& note) {
  std::set<std::string> paths;
  const auto index = index_now(bench);
  if (index) {
    for (const auto& at : (*index)->definitions(symbol)) paths.insert(at.file->path);
    for (const auto& at : (*index)->references(symbol)) paths.insert(at.file->path);
    return paths;
  }
  note = fmt::format("[no index ({}): all sources were read]\n", index.error().message);
  if (const auto listed = bench.workspace.list())
    for (const auto& path : *listed)
      if (code::language_of(path)) paths.insert(path);
  return paths;
}

ToolOutcome find_references(const json::Object& arguments, const Bench& bench) {
  auto symbol = string_of(arguments, "symbol");
  if (const auto at = symbol.find_last_of(".:#"); at != std::string::npos) symbol = symbol.substr(at + 1);
  if (symbol.empty()) return failed("arguments_invalid", "there is no name to look for");
  const auto within = string_of(arguments, "path");
  std::string note, defined, used;
  std::size_t definitions = 0, uses = 0;
  for (const auto& path : candidates(symbol, bench, note)) {
    if (!within.empty() && path != within && !path.starts_with(within + "/")) continue;
    const auto text = text_of(bench, path);
    if (!text || !text->contains(symbol)) continue;
    const auto tags = code::tags_of_file(path, *text);
    if (!tags) continue;
    const auto lines = text::lines(*text);
    std::set<std::uint32_t> at;
    for (const auto& one : tags->definitions) {
      if (one.name != symbol) continue;
      at.insert(one.line);
      if (++definitions <= kMostPlaces)
        defined += fmt::format("  {}:{}: {} {}\n", path, one.line, code::to_string(one.kind), one.signature);
    }
    for (const auto& one : tags->references) {
      if (one.name != symbol || one.line == 0 || one.line > lines.size() || !at.insert(one.line).second) continue;
      if (++uses <= kMostPlaces)
        used += fmt::format("  {}:{}: {}\n", path, one.line, text::ellipsize(text::trim(lines[one.line - 1]), kMaxPlace));
    }
  }
  if (definitions + uses == 0) return {.text = fmt::format("{}no source defines or uses {}\n", note, symbol)};
  auto out = fmt::format("{}{} definitions of {}:\n{}{} lines use it:\n{}", note, definitions, symbol, defined, uses, used);
  if (uses > kMostPlaces) out += fmt::format("  and {} more: give a path\n", uses - kMostPlaces);
  return {.text = std::move(out)};
}

constexpr std::string_view kOtherSearch = "Use search_files with words of the code, or find_references with a name";
constexpr std::int64_t kHitLines = 6;  // that are shown of a hit
constexpr std::size_t kMaxHitBytes = 1'000;

ToolOutcome semantic_search(const json::Object& arguments, const Bench& bench) {
  if (!bench.by_meaning)
    return failed("semantic_search_off", fmt::format("semantic search is off: no embedder is configured. {}", kOtherSearch));
  const auto hits = bench.by_meaning(string_of(arguments, "query"));
  if (!hits) return failed(hits.error().code, fmt::format("semantic search failed: {}. {}", hits.error().message, kOtherSearch));
  if (hits->empty()) return {.text = fmt::format("there are no definitions to search in. {}", kOtherSearch)};
  std::string out;
  for (const auto& hit : *hits) {
    out += fmt::format("{}:{}-{} {} ({:.2f})\n", hit.path, hit.line, hit.end_line, hit.name, hit.score);
    if (bench.workspace.edits().files.contains(hit.path)) {
      out += "  (you have changed this file since: the lines may have moved)\n";
      continue;
    }
    const auto text = text_of(bench, hit.path);
    const std::int64_t from = hit.line;
    if (text) out += numbered(*text, from, std::min<std::int64_t>(hit.end_line, from + kHitLines - 1), kMaxHitBytes);
  }
  return {.text = std::move(out)};
}

constexpr auto kTools = std::to_array<ToolSpec>({
    {"get_file_summary", Effect::read, "Says what a source imports and defines, with lines, without its bodies. Cheaper than reading it.",
     R"({"type":"object","properties":{"path":{"type":"string","minLength":1}},"required":["path"]})", get_file_summary},
    {"parse_ast", Effect::read, "Shows the syntax tree of a source, or of some of its lines, as an outline down to a depth (usually 4).",
     R"({"type":"object","properties":{"path":{"type":"string","minLength":1},"line_start":{"type":"integer","minimum":1},"line_end":{"type":"integer","minimum":1},"depth":{"type":"integer","minimum":1,"maximum":50}},"required":["path"]})",
     parse_ast},
    {"find_references", Effect::read,
     "Finds where a name is defined and where it is used, in all sources or below a path. Comments and texts do not count.",
     R"({"type":"object","properties":{"symbol":{"type":"string","minLength":1},"path":{"type":"string"}},"required":["symbol"]})",
     find_references},
    {"semantic_search", Effect::read,
     "Finds definitions by what they mean, nearest first: ask in words (\"where are failed requests tried again\"). Only where an embedder "
     "is "
     "configured.",
     R"({"type":"object","properties":{"query":{"type":"string","minLength":1}},"required":["query"]})", semantic_search},
});

}  // namespace

std::span<const ToolSpec> source_tools() { return kTools; }

}  // namespace argosy::agent
