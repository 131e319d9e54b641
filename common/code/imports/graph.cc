#include "common/code/imports/graph.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "common/code/imports/resolver.h"

namespace argosy::code {
namespace imports {

std::vector<std::pair<std::string, std::string>> manifests(const Repository& repository, std::string_view name) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto path : repository.paths.named(name)) {
    if (("/" + std::string(path)).contains("/node_modules/") || out.size() >= kMostManifests) continue;
    auto text = repository.tree.read(std::string(path));
    if (text && *text && (*text)->size() <= kMostManifest) out.emplace_back(path, std::move(**text));
  }
  return out;
}

std::unordered_set<std::string_view> used_names(const IndexedFile& file) {
  std::unordered_set<std::string_view> names;
  for (const Reference& reference : file.tags->references) names.insert(reference.name);
  return names;
}

namespace {

enum Family : std::uint8_t { python, script, go, java, c, rust, families };

Family family_of(Language language) {
  switch (language) {
    case Language::python:
      return python;
    case Language::javascript:
    case Language::typescript:
    case Language::tsx:
      return script;
    case Language::go:
      return go;
    case Language::java:
      return java;
    case Language::c:
    case Language::cpp:
      return c;
    case Language::rust:
      return rust;
  }
  return families;
}

// A resolver reads manifests, so each is made when the first file of its family comes.
class Resolvers {
 public:
  explicit Resolvers(const Repository& repository) : repository_(repository) {}

  const Resolver& of(Language language) {
    static constexpr std::array kMake{python_resolver, script_resolver, go_resolver, java_resolver, c_resolver, rust_resolver};
    const Family family = family_of(language);
    auto& made = made_.at(family);
    if (made == nullptr) made = kMake.at(family)(repository_);
    return *made;
  }

 private:
  const Repository& repository_;
  std::array<std::unique_ptr<Resolver>, families> made_{};
};

}  // namespace
}  // namespace imports

Result<ImportGraph> import_graph(std::span<const IndexedFile> files, const SourceTree& tree) {
  ARGOSY_TRY(auto paths, tree.list());
  const imports::Paths known(std::move(paths));
  const imports::Repository repository{known, files, tree};
  imports::Resolvers resolvers(repository);
  ImportGraph graph;
  std::map<std::string, std::set<std::string>> externals;
  for (const IndexedFile& file : files) {
    std::map<std::string, ImportEdge> edges;
    for (const ImportLine& line : file.tags->imports) {
      auto meant = resolvers.of(file.tags->language).resolve(file, line);
      if (!meant.outside.empty()) externals[meant.outside].insert(file.path);
      if (meant.outside.empty() && meant.files.empty()) graph.unresolved.push_back({file.path, line.module, line.line});
      for (std::string& to : meant.files)
        if (to != file.path) edges.try_emplace(to, ImportEdge{file.path, to, line.line, line.module});
    }
    for (auto& [to, edge] : edges) graph.edges.push_back(std::move(edge));
  }
  for (auto& [name, importers] : externals) graph.externals.push_back({name, {importers.begin(), importers.end()}});
  std::ranges::sort(graph.unresolved, {}, [](const UnresolvedImport& one) { return std::tie(one.from, one.line, one.module); });
  graph.unresolved.erase(std::ranges::unique(graph.unresolved).begin(), graph.unresolved.end());
  return graph;
}

std::vector<std::string> ImportGraph::imports_of(std::string_view path) const {
  std::vector<std::string> out;
  const auto [first, last] = std::ranges::equal_range(edges, path, {}, [](const ImportEdge& edge) { return std::string_view(edge.from); });
  for (auto edge = first; edge != last; ++edge) out.push_back(edge->to);
  return out;
}

std::vector<std::string> ImportGraph::importers_of(std::string_view path) const {
  std::vector<std::string> out;
  for (const ImportEdge& edge : edges)
    if (edge.to == path) out.push_back(edge.from);
  return out;
}

}  // namespace argosy::code
