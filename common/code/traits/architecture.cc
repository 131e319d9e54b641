// Entry points, layers by the names of folders, and what is large or central.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "common/code/traits/parts.h"
#include "common/core/text.h"

namespace argosy::code::traits {
namespace {

constexpr auto kLayers = std::to_array<std::pair<std::string_view, std::string_view>>({{"api", "interface"},
                                                                                       {"controllers", "interface"},
                                                                                       {"controller", "interface"},
                                                                                       {"handlers", "interface"},
                                                                                       {"handler", "interface"},
                                                                                       {"routes", "interface"},
                                                                                       {"routers", "interface"},
                                                                                       {"endpoints", "interface"},
                                                                                       {"views", "interface"},
                                                                                       {"rest", "interface"},
                                                                                       {"graphql", "interface"},
                                                                                       {"domain", "domain"},
                                                                                       {"services", "domain"},
                                                                                       {"service", "domain"},
                                                                                       {"usecases", "domain"},
                                                                                       {"core", "domain"},
                                                                                       {"models", "model"},
                                                                                       {"model", "model"},
                                                                                       {"entities", "model"},
                                                                                       {"entity", "model"},
                                                                                       {"schemas", "model"},
                                                                                       {"dto", "model"},
                                                                                       {"repositories", "storage"},
                                                                                       {"repository", "storage"},
                                                                                       {"dao", "storage"},
                                                                                       {"store", "storage"},
                                                                                       {"storage", "storage"},
                                                                                       {"db", "storage"},
                                                                                       {"database", "storage"},
                                                                                       {"persistence", "storage"},
                                                                                       {"migrations", "storage"},
                                                                                       {"components", "ui"},
                                                                                       {"pages", "ui"},
                                                                                       {"ui", "ui"},
                                                                                       {"templates", "ui"},
                                                                                       {"widgets", "ui"},
                                                                                       {"utils", "shared"},
                                                                                       {"util", "shared"},
                                                                                       {"helpers", "shared"},
                                                                                       {"common", "shared"},
                                                                                       {"shared", "shared"},
                                                                                       {"cmd", "command line"},
                                                                                       {"cli", "command line"},
                                                                                       {"commands", "command line"},
                                                                                       {"middleware", "middleware"},
                                                                                       {"middlewares", "middleware"},
                                                                                       {"workers", "workers"},
                                                                                       {"jobs", "workers"},
                                                                                       {"config", "configuration"},
                                                                                       {"settings", "configuration"},
                                                                                       {"infrastructure", "adapters"},
                                                                                       {"adapters", "adapters"},
                                                                                       {"integrations", "adapters"},
                                                                                       {"clients", "adapters"}});

constexpr auto kEntryNames = std::to_array<std::string_view>({"__main__.py", "manage.py", "wsgi.py", "asgi.py", "src/main.rs", "index.js",
                                                              "index.ts", "src/index.js", "src/index.ts", "src/main.ts", "src/main.tsx",
                                                              "src/main.js", "server.js", "server.ts", "app.py", "main.py", "cli.py"});

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string(".") : std::string(path.substr(0, slash));
}

bool is_entry(const IndexedFile& file) {
  const std::string_view path = file.path;
  if (is_test_source(path, file.tags->language)) return false;
  for (const auto name : kEntryNames)
    if (path == name || path.ends_with("/" + std::string(name))) return true;
  const Language language = file.tags->language;
  if (language == Language::go && file.tags->package != "main") return false;
  if (language == Language::rust && ("/" + file.path).contains("/src/bin/")) return true;
  const bool by_main = language == Language::go || language == Language::c || language == Language::cpp || language == Language::java;
  return by_main && std::ranges::any_of(file.tags->definitions, [](const Definition& one) {
           return one.name == "main" && (one.kind == TagKind::function || one.kind == TagKind::method);
         });
}

std::vector<Layer> layers_of(std::span<const IndexedFile> files) {
  std::map<std::string_view, std::pair<std::set<std::string>, std::size_t>> found;
  for (const IndexedFile& file : files) {
    if (is_test_source(file.path, file.tags->language)) continue;
    const std::string folder = folder_of(file.path);
    std::size_t end = 0;
    for (const auto part : text::split(folder, '/')) {
      end += part.size();
      const auto layer = std::ranges::find(kLayers, text::lower(part), [](const auto& one) { return one.first; });
      if (layer != kLayers.end()) {
        auto& [folders, count] = found[layer->second];
        folders.insert(folder.substr(0, end));
        ++count;
        break;  // the outermost names the layer
      }
      ++end;
    }
  }
  std::vector<Layer> layers;
  for (auto& [name, what] : found) {
    Layer layer{std::string(name), {what.first.begin(), what.first.end()}, what.second};
    if (layer.folders.size() > kMostListed) layer.folders.resize(kMostListed);
    layers.push_back(std::move(layer));
  }
  return layers;
}

template <class Items, class Key>
void keep_most(Items& items, Key key) {
  std::ranges::sort(items, {}, key);
  if (items.size() > kMostListed) items.resize(kMostListed);
}

}  // namespace

void add_architecture(Traits& traits, std::span<const IndexedFile> files, const ImportGraph& imports) {
  std::map<std::string, Module> modules;
  for (const IndexedFile& file : files) {
    if (traits.entry_points.size() < kMostListed && is_entry(file)) traits.entry_points.push_back(file.path);
    if (is_test_source(file.path, file.tags->language)) continue;
    Module& module = modules[folder_of(file.path)];
    ++module.files;
    module.definitions += file.tags->definitions.size();
  }
  for (auto& [folder, module] : modules) {
    module.folder = folder;
    traits.largest.push_back(std::move(module));
  }
  keep_most(traits.largest, [](const Module& one) { return std::pair(-static_cast<long>(one.definitions), one.folder); });

  std::map<std::string_view, std::size_t> importers;
  for (const ImportEdge& edge : imports.edges) ++importers[edge.to];
  for (const auto& [path, count] : importers)
    if (count > 1) traits.central.push_back({std::string(path), count});
  keep_most(traits.central, [](const CentralFile& one) { return std::pair(-static_cast<long>(one.importers), one.path); });
  traits.layers = layers_of(files);
}

}  // namespace argosy::code::traits
