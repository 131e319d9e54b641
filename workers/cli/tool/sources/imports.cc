#include <fmt/format.h>

#include "common/code/imports/graph.h"
#include "common/code/traits/traits.h"
#include "workers/cli/tool/sources/commands.h"
#include "workers/cli/tool/sources/indexed.h"

namespace argosy::cli {
namespace {

struct Found {
  IndexedFolder folder;
  code::ImportGraph graph;
};

Result<Found> imports_below(const std::string& root) {
  ARGOSY_TRY(auto folder, indexed(root));
  ARGOSY_TRY(auto graph, code::import_graph(folder.index->files(), folder.tree));
  return Found{std::move(folder), std::move(graph)};
}

json::Value as_json(const code::ImportGraph& graph, std::size_t files) {
  json::Array edges, externals, unresolved;
  for (const auto& one : graph.edges)
    edges.emplace_back(
        json::Object{{"from", one.from}, {"to", one.to}, {"line", static_cast<std::int64_t>(one.line)}, {"module", one.module}});
  for (const auto& one : graph.externals)
    externals.emplace_back(json::Object{{"name", one.name}, {"files", json::Array(one.files.begin(), one.files.end())}});
  for (const auto& one : graph.unresolved)
    unresolved.emplace_back(json::Object{{"from", one.from}, {"line", static_cast<std::int64_t>(one.line)}, {"module", one.module}});
  return json::Object{
      {"files", files}, {"edges", std::move(edges)}, {"externals", std::move(externals)}, {"unresolved", std::move(unresolved)}};
}

}  // namespace

int show_imports(const Arguments& arguments) {
  const auto found = imports_below(arguments.positional[0]);
  if (!found) return report(found.error(), kUsage);
  const auto& graph = found->graph;
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump(as_json(graph, found->folder.index->files().size())));
    return kSucceeded;
  }
  for (const auto& one : graph.edges) fmt::print("{}:{} -> {}\n", one.from, one.line, one.to);
  for (const auto& one : graph.externals) fmt::print("external {} ({} files)\n", one.name, one.files.size());
  for (const auto& one : graph.unresolved) fmt::print("unresolved {}:{} {}\n", one.from, one.line, one.module);
  return kSucceeded;
}

int show_traits(const Arguments& arguments) {
  const auto found = imports_below(arguments.positional[0]);
  if (!found) return report(found.error(), kUsage);
  const auto traits = code::traits_of(found->folder.index->files(), found->graph, found->folder.tree);
  if (!traits) return report(traits.error(), kUsage);
  fmt::print("{}\n", json::dump_pretty(code::to_json(*traits)));
  return kSucceeded;
}

}  // namespace argosy::cli
