// Tools for writing something new: generate_snippet, generate_tests, refactor_suggestion. They ask no model: they gather what whoever
// writes needs to see, for the model that asked.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <limits>

#include "common/agent/tools/frameworks.h"
#include "common/agent/tools/tool.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::size_t kMaxTarget = 6'000, kMaxPattern = 3'000, kMaxHead = 1'200;  // bytes of each piece
constexpr std::size_t kMostPatterns = 2, kMostMentions = 30, kMostSearchedFiles = 5'000;
constexpr std::int64_t kDefinitionLines = 120;  // shown from a definition on
constexpr auto kAll = std::numeric_limits<std::int64_t>::max();

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }
std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}
std::string_view stem_of(std::string_view path) {
  const auto name = name_of(path);
  return name.substr(0, name.find('.'));
}
std::string_view ending_of(std::string_view path) {
  const auto name = name_of(path);
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

std::string head(const Bench& bench, const std::string& path, std::size_t max) {
  const auto text = text_of(bench, path);
  return text ? fmt::format("--- {}\n{}\n", path, numbered(*text, 1, kAll, max)) : std::string();
}

struct Target {
  std::string path;
  std::string symbol{};
  std::int64_t line = 1;
};

// The line that defines the name, as far as a pattern over nine languages can tell.
std::int64_t definition_line(std::string_view text, const std::string& symbol) {
  const RE2 pattern("(?:def|class|func(?:\\s*\\([^)]*\\))?|function\\*?|fn|struct|interface|type|enum|trait|const|let|var)\\s+" +
                    RE2::QuoteMeta(symbol) + "\\b|^\\s*[\\w<>\\[\\]*&:, ]+\\s[*&]?(?:\\w+::)*" + RE2::QuoteMeta(symbol) + "\\s*\\(");
  std::int64_t number = 0;
  for (const auto line : text::lines(text)) {
    ++number;
    if (line.contains(symbol) && RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), pattern)) return number;
  }
  return 0;
}

// "src/a.py", "src/a.py:name", "src/a.py::name", or a name that is defined somewhere.
std::expected<Target, ToolOutcome> target_of(const std::string& wanted, const Bench& bench) {
  const auto listed = bench.workspace.list();
  if (!listed) return std::unexpected(failed(listed.error()));
  const auto is_file = [&](std::string_view path) { return std::ranges::binary_search(*listed, path); };
  const auto colon = wanted.find(':');
  const auto path = wanted.substr(0, colon);
  auto symbol = colon == std::string::npos ? std::string() : wanted.substr(wanted.find_last_of(":.") + 1);
  if (is_file(path)) {
    const auto text = text_of(bench, path);
    if (!text) return std::unexpected(text.error());
    const auto line = symbol.empty() ? 1 : definition_line(*text, symbol);
    if (line == 0) return std::unexpected(failed("symbol_not_found", fmt::format("{} defines no {}", path, symbol)));
    return Target{path, symbol, line};
  }
  symbol = wanted.substr(wanted.find_last_of(":.#") == std::string::npos ? 0 : wanted.find_last_of(":.#") + 1);
  if (symbol.empty() || wanted.contains('/')) return std::unexpected(failed("file_not_found", fmt::format("there is no file {}", path)));
  std::size_t searched = 0;
  for (const auto& candidate : *listed) {
    if (is_test_file(candidate) || ending_of(candidate).empty() || ++searched > kMostSearchedFiles) continue;
    const auto text = text_of(bench, candidate);
    if (!text || !text->contains(symbol)) continue;
    if (const auto line = definition_line(*text, symbol); line > 0) return Target{candidate, symbol, line};
  }
  return std::unexpected(failed("symbol_not_found", fmt::format("nothing here defines {}; name a file, or file:name", wanted)));
}

std::string shown_target(const Target& target, const Bench& bench) {
  const auto text = text_of(bench, target.path);
  if (!text) return "";
  std::int64_t last = 0;
  const auto to = target.symbol.empty() ? kAll : target.line + kDefinitionLines;
  auto shown = numbered(*text, target.line, to, kMaxTarget, &last);
  remember_read(bench, target.path, target.line, last);
  return fmt::format("--- {} from line {}\n{}\n", target.path, target.line, shown);
}

// Tests of the same language, those that are named after the target first, then those near it.
std::vector<std::string> tests_near(const std::string& path, const Bench& bench) {
  const auto listed = bench.workspace.list();
  if (!listed) return {};
  const auto stem = text::lower(stem_of(path));
  std::vector<std::pair<int, std::string>> ranked;
  for (const auto& other : *listed) {
    if (other == path || ending_of(other) != ending_of(path) || !is_test_file(other)) continue;
    const bool named = text::lower(name_of(other)).contains(stem);
    const bool near = folder_of(other).starts_with(folder_of(path)) || path.substr(0, path.find('/')) == other.substr(0, other.find('/'));
    ranked.emplace_back(named ? 0 : near ? 1 : 2, other);
  }
  std::ranges::sort(ranked);
  std::vector<std::string> paths;
  for (auto& [rank, other] : ranked) paths.push_back(std::move(other));
  return paths;
}

const TestFramework* framework_for(const std::string& path, const std::vector<std::string>& tests, const Bench& bench) {
  const TestFramework* usual = nullptr;
  for (const auto& framework : test_frameworks()) {
    const auto endings = text::split(framework.endings, ' ');
    if (std::ranges::find(endings, ending_of(path)) == endings.end()) continue;
    if (usual == nullptr) usual = &framework;
    auto places = tests;
    places.resize(std::min(places.size(), kMostPatterns));
    for (const auto manifest : text::split(framework.manifests, ' ')) places.emplace_back(manifest);
    for (const auto& place : places) {
      const auto bytes = bench.workspace.read(place);
      if (bytes && *bytes && (*bytes)->contains(framework.mark)) return &framework;
    }
  }
  return usual;
}

ToolOutcome generate_tests(const json::Object& arguments, const Bench& bench) {
  const auto target = target_of(string_of(arguments, "target"), bench);
  if (!target) return target.error();
  const auto tests = tests_near(target->path, bench);
  const auto wanted = string_of(arguments, "framework");
  const auto* framework = wanted.empty() ? framework_for(target->path, tests, bench) : test_framework(wanted);
  std::string out = "What you need to write the tests. Write them with create_file or edit_file, then run them with run_tests.\n\n";
  if (framework != nullptr) {
    out += fmt::format("Framework: {}. {}\nNames of test files: {}\n\n", framework->name, framework->rules, framework->file);
  } else if (!wanted.empty()) {
    std::vector<std::string> known;
    for (const auto& one : test_frameworks()) known.emplace_back(one.name);
    out += fmt::format("Framework: {}, of which nothing is known here (known: {}).\n\n", wanted, text::join(known, ", "));
  }
  out += "To be tested:\n" + shown_target(*target, bench);
  if (tests.empty()) out += "There are no tests of this language to take as a pattern.\n";
  for (std::size_t i = 0; i < std::min(tests.size(), kMostPatterns); ++i)
    out += (i == 0 ? "Tests that are here, as a pattern:\n" : "") + head(bench, tests[i], kMaxPattern);
  return {.text = std::move(out)};
}

ToolOutcome refactor_suggestion(const json::Object& arguments, const Bench& bench) {
  const auto target = target_of(string_of(arguments, "file"), bench);
  if (!target) return target.error();
  std::string out = fmt::format(
      "What you need for this refactoring (goal: {}). Keep what others use, change it step by step, run the tests after "
      "each.\n\n",
      string_of(arguments, "goal"));
  out += shown_target(*target, bench);
  const auto listed = bench.workspace.list();
  if (!listed) return failed(listed.error());
  const auto wanted = target->symbol.empty() ? std::string(stem_of(target->path)) : target->symbol;
  const RE2 pattern("\\b" + RE2::QuoteMeta(wanted) + "\\b");
  std::string mentions;
  std::size_t count = 0, searched = 0;
  for (const auto& path : *listed) {
    if (path == target->path || ++searched > kMostSearchedFiles) continue;
    const auto bytes = bench.workspace.read(path);
    if (!bytes || !*bytes || (*bytes)->size() > kMaxToolResult * 64 || !RE2::PartialMatch(re2::StringPiece(**bytes), pattern)) continue;
    if (++count <= kMostMentions) mentions += fmt::format("  {}{}\n", path, is_test_file(path) ? " (test)" : "");
  }
  out += count == 0 ? fmt::format("No other file mentions {}.\n", wanted)
                    : fmt::format("{} other files mention {}:\n{}", count, wanted, mentions);
  const auto tests = tests_near(target->path, bench);
  if (tests.empty()) return {.text = out + "There are no tests of this language: write some first that hold the present behaviour.\n"};
  return {.text = out + "The nearest test:\n" + head(bench, tests.front(), kMaxPattern)};
}

// What others in the folder look like: how they begin, with their imports, is how this one should.
ToolOutcome generate_snippet(const json::Object& arguments, const Bench& bench) {
  const auto path = string_of(arguments, "path");
  std::string out = fmt::format("What you need to write this ({}): how the code around it looks.\n\n", string_of(arguments, "goal"));
  const auto listed = bench.workspace.list();
  if (!listed) return failed(listed.error());
  if (std::ranges::binary_search(*listed, path)) {
    out += "Where it goes:\n" + shown_target({.path = path}, bench);
  }
  std::size_t shown = 0;
  for (const auto& other : *listed) {
    if (other == path || folder_of(other) != folder_of(path) || is_test_file(other)) continue;
    if (!ending_of(path).empty() && ending_of(other) != ending_of(path)) continue;
    const auto text = head(bench, other, kMaxHead);
    if (text.empty() || ++shown > kMostPatterns) continue;
    out += (shown == 1 ? "Its neighbours:\n" : "") + text;
  }
  for (const char* rules : {".editorconfig", "CONTRIBUTING.md", "AGENTS.md"})
    if (std::ranges::binary_search(*listed, std::string_view(rules))) out += "Conventions:\n" + head(bench, rules, kMaxHead);
  return {.text = std::move(out)};
}

constexpr auto kTools = std::to_array<ToolSpec>({
    {"generate_snippet", Effect::read,
     "Gathers what you need to see before you write new code at a place: the file, its neighbours, conventions.",
     R"({"type":"object","properties":{"goal":{"type":"string","minLength":1},"path":{"type":"string","description":"where it will stand"}},"required":["goal","path"]})",
     generate_snippet},
    {"generate_tests", Effect::read,
     "Gathers what you need to write tests of a target (a file, file:name, or a name): its code, the framework's conventions, tests of the "
     "neighbourhood as a pattern.",
     R"({"type":"object","properties":{"target":{"type":"string","minLength":1},"framework":{"type":"string"}},"required":["target"]})",
     generate_tests},
    {"refactor_suggestion", Effect::read,
     "Gathers what you need to refactor a file (or file:name) towards a goal: its code, who mentions it, its tests.",
     R"({"type":"object","properties":{"file":{"type":"string","minLength":1},"goal":{"type":"string","minLength":1}},"required":["file","goal"]})",
     refactor_suggestion},
});

}  // namespace

std::span<const ToolSpec> material_tools() { return kTools; }

}  // namespace argosy::agent
