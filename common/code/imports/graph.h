// Which file of a repository imports which, what it takes from outside, and what leads nowhere. Made from the files' tags and from the
// manifests that give imports their meaning:
//   Python      relative and absolute imports; packages, modules and namespace folders below the root, src/ and folders of the importer
//   JavaScript  relative paths with endings and index files left out, packages of this repository by the name in package.json,
//   TypeScript  "paths" and "baseUrl" of tsconfig.json and what it extends, "@/..." as src/...
//   Go          packages below the module path of a go.mod; of a package those files that define what the importer uses
//   Java        classes, nested and static ones, whole packages; of a package those files whose types the importer uses
//   C, C++      beside the importer, then by the one path that ends so
//   Rust        mod, and paths from crate, self, super, a module beside, or a crate of this repository
// A name that is computed is not seen. Pure but for the tree's reads; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/index/index.h"

namespace argosy::code {

struct ImportEdge {
  std::string from, to;    // files
  std::uint32_t line = 0;  // the first that imports it
  std::string module{};    // as it is written there
  bool operator==(const ImportEdge&) const = default;
};
struct UnresolvedImport {
  std::string from, module;
  std::uint32_t line = 0;
  bool operator==(const UnresolvedImport&) const = default;
};
struct ExternalModule {
  std::string name;                // of the package: "requests", "@scope/name", "java.util", "fmt"
  std::vector<std::string> files;  // that import it, sorted
};

struct ImportGraph {
  std::vector<ImportEdge> edges;             // by from and to, each pair once
  std::vector<ExternalModule> externals;     // by name
  std::vector<UnresolvedImport> unresolved;  // the repository's own by their look, but no file of it; by from and line

  std::vector<std::string> imports_of(std::string_view path) const;
  std::vector<std::string> importers_of(std::string_view path) const;
};

// `files` are of the tree and sorted by path. Errors: those of the tree.
Result<ImportGraph> import_graph(std::span<const IndexedFile> files, const SourceTree& tree);

}  // namespace argosy::code
