#include "common/code/traits/traits.h"

#include <array>

#include "common/code/traits/parts.h"

namespace argosy::code {
namespace {

json::Array words(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

}  // namespace

std::string_view name_of(Language language) {
  static constexpr std::array<std::string_view, 9> kNames{"python", "javascript", "typescript", "tsx", "go", "java", "c", "c++", "rust"};
  return kNames.at(static_cast<std::size_t>(language));
}

Result<Traits> traits_of(std::span<const IndexedFile> files, const ImportGraph& imports, const SourceTree& tree) {
  ARGOSY_TRY(const auto paths, tree.list());
  Traits traits;
  traits.frameworks = traits::frameworks_of(imports, tree, paths);
  traits.tests = traits::tests_of(files);
  traits.naming = traits::naming_of(files);
  traits::add_architecture(traits, files, imports);
  return traits;
}

json::Value to_json(const Traits& traits) {
  json::Array frameworks, tests, naming, layers, largest, central;
  for (const auto& one : traits.frameworks)
    frameworks.emplace_back(json::Object{{"name", one.name}, {"kind", one.kind}, {"evidence", words(one.evidence)}});
  for (const auto& one : traits.tests)
    tests.emplace_back(json::Object{{"language", name_of(one.language)},
                                    {"pattern", one.pattern},
                                    {"files", one.files},
                                    {"folders", words(one.folders)},
                                    {"beside_sources", one.beside_sources}});
  for (const auto& one : traits.naming)
    naming.emplace_back(json::Object{
        {"language", name_of(one.language)}, {"of", one.of}, {"style", one.style}, {"count", one.count}, {"share", one.share}});
  for (const auto& one : traits.layers)
    layers.emplace_back(json::Object{{"name", one.name}, {"folders", words(one.folders)}, {"files", one.files}});
  for (const auto& one : traits.largest)
    largest.emplace_back(json::Object{{"folder", one.folder}, {"files", one.files}, {"definitions", one.definitions}});
  for (const auto& one : traits.central) central.emplace_back(json::Object{{"path", one.path}, {"importers", one.importers}});
  return json::Object{{"frameworks", std::move(frameworks)}, {"tests", std::move(tests)},
                      {"naming", std::move(naming)},         {"entry_points", words(traits.entry_points)},
                      {"layers", std::move(layers)},         {"largest", std::move(largest)},
                      {"central", std::move(central)}};
}

}  // namespace argosy::code
