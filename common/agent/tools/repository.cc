// Tools that look at the whole repository: find_dependencies, detect_patterns.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/agent/tools/tool.h"
#include "common/code/imports/graph.h"
#include "common/code/traits/traits.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::size_t kMostPaths = 100;  // of each list

std::string listed(std::string_view title, const std::vector<std::string>& lines) {
  auto out = fmt::format("{} ({}):\n", title, lines.size());
  for (std::size_t i = 0; i < std::min(lines.size(), kMostPaths); ++i) out += fmt::format("  {}\n", lines[i]);
  if (lines.size() > kMostPaths) out += fmt::format("  and {} more\n", lines.size() - kMostPaths);
  return out;
}

ToolOutcome find_dependencies(const json::Object& arguments, const Bench& bench) {
  const auto path = string_of(arguments, "path");
  if (const auto text = text_of(bench, path); !text) return text.error();
  const auto index = index_now(bench);
  if (!index) return failed(index.error());
  if ((*index)->file(path) == nullptr) return failed("language_unsupported", fmt::format("there is no grammar for {}", path));
  const auto graph = code::import_graph((*index)->files(), bench.workspace);
  if (!graph) return failed(graph.error());
  std::vector<std::string> outside, nowhere;
  for (const auto& module : graph->externals)
    if (std::ranges::find(module.files, path) != module.files.end()) outside.push_back(module.name);
  for (const auto& one : graph->unresolved)
    if (one.from == path) nowhere.push_back(fmt::format("{} (line {})", one.module, one.line));
  auto out = listed(fmt::format("{} imports of this repository", path), graph->imports_of(path)) +
             listed("It is imported by", graph->importers_of(path)) + listed("It takes from outside", outside);
  if (!nowhere.empty()) out += listed("Imports that lead nowhere", nowhere);
  return {.text = std::move(out)};
}

std::vector<std::string> naming_lines(const code::Traits& traits) {
  std::vector<std::string> lines;
  for (const auto& one : traits.naming)
    lines.push_back(fmt::format("{} {}: {} ({:.0f} % of {})", code::name_of(one.language), one.of, one.style, one.share * 100, one.count));
  return lines;
}

std::vector<std::string> test_lines(const code::Traits& traits) {
  std::vector<std::string> lines;
  for (const auto& one : traits.tests)
    lines.push_back(fmt::format("{} {}: {} files in {}{}", code::name_of(one.language), one.pattern, one.files,
                                text::join(one.folders, ", "), one.beside_sources ? ", beside the sources" : ""));
  return lines;
}

ToolOutcome detect_patterns(const json::Object&, const Bench& bench) {
  const auto index = index_now(bench);
  if (!index) return failed(index.error());
  const auto graph = code::import_graph((*index)->files(), bench.workspace);
  if (!graph) return failed(graph.error());
  const auto traits = code::traits_of((*index)->files(), *graph, bench.workspace);
  if (!traits) return failed(traits.error());
  std::vector<std::string> frameworks, layers, modules, central;
  for (const auto& one : traits->frameworks)
    frameworks.push_back(fmt::format("{} ({}): {}", one.name, one.kind, text::join(one.evidence, ", ")));
  for (const auto& one : traits->layers)
    layers.push_back(fmt::format("{}: {} ({} files)", one.name, text::join(one.folders, ", "), one.files));
  for (const auto& one : traits->largest)
    modules.push_back(fmt::format("{}: {} files, {} definitions", one.folder, one.files, one.definitions));
  for (const auto& one : traits->central) central.push_back(fmt::format("{}: imported by {}", one.path, one.importers));
  return {.text = listed("Frameworks", frameworks) + listed("Tests", test_lines(*traits)) + listed("Names", naming_lines(*traits)) +
                  listed("Entry points", traits->entry_points) + listed("Layers", layers) + listed("Largest modules", modules) +
                  listed("Central files", central)};
}

constexpr auto kTools = std::to_array<ToolSpec>({
    {"find_dependencies", Effect::read,
     "Says which files of the repository a source imports, which import it, and what it takes from outside.",
     R"({"type":"object","properties":{"path":{"type":"string","minLength":1}},"required":["path"]})", find_dependencies},
    {"detect_patterns", Effect::read,
     "Says what the repository is like: frameworks, where and how it tests, how it names things, entry points, layers, central files.",
     R"({"type":"object","properties":{}})", detect_patterns},
});

}  // namespace

std::span<const ToolSpec> repository_tools() { return kTools; }

}  // namespace argosy::agent
