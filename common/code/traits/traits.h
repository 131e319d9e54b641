// What a repository is like, so that what is written for it looks as if it had always been there: its frameworks, where and how it tests,
// how it names things, and how it is laid out. Counted from tags, imports and manifests; every statement says what it was seen in. Pure but
// for the tree's reads; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/imports/graph.h"
#include "common/code/index/index.h"
#include "common/core/json.h"

namespace argosy::code {

inline constexpr std::size_t kMostEvidence = 3;  // files that are named for one statement
inline constexpr std::size_t kMostListed = 10;   // entry points, modules, central files

struct Framework {
  std::string name, kind;             // "FastAPI", "web"; kinds: web, ui, test, data, command line, concurrency
  std::vector<std::string> evidence;  // files that import or require it
};
struct TestLayout {
  Language language = Language::python;
  std::string pattern;  // of file names: "test_*.py"
  std::size_t files = 0;
  std::vector<std::string> folders;  // where most of them are, the fullest first
  bool beside_sources = false;       // most stand in the folder of what they test
};
struct NamingStyle {
  Language language = Language::python;
  std::string of;         // "functions", "types", "constants", "variables", "files"
  std::string style;      // "snake_case", "camelCase", "PascalCase", "UPPER_CASE", "kebab-case"
  std::size_t count = 0;  // names that were counted: those that fit more than one style are not
  double share = 0.0;     // of them that follow it
};
struct Layer {
  std::string name;                  // "interface", "domain", "model", "storage", "ui", "shared", ...
  std::vector<std::string> folders;  // sorted
  std::size_t files = 0;
};
struct Module {
  std::string folder;
  std::size_t files = 0, definitions = 0;
};
struct CentralFile {
  std::string path;
  std::size_t importers = 0;
};

struct Traits {
  std::vector<Framework> frameworks;  // by kind and name
  std::vector<TestLayout> tests;      // by language and how many
  std::vector<NamingStyle> naming;    // by language
  std::vector<std::string> entry_points;
  std::vector<Layer> layers;         // by name
  std::vector<Module> largest;       // by definitions
  std::vector<CentralFile> central;  // by importers
};

// `files` as for import_graph(). Errors: those of the tree.
Result<Traits> traits_of(std::span<const IndexedFile> files, const ImportGraph& imports, const SourceTree& tree);
json::Value to_json(const Traits& traits);

// By its name and folders only.
bool is_test_source(std::string_view path, Language language);
std::string_view name_of(Language language);  // "python", "c++"

}  // namespace argosy::code
