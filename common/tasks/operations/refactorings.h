// Change operations that rewrite code by its structure, beside rename_symbol: imports, calls, and whatever a query finds. Part of the
// variant of change.h; done by common/code/refactor. Values, any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/json.h"

namespace argosy::tasks {

class JsonReader;

// What an import brings. Without `name` the module itself: under its own name, or under `alias`. In JavaScript and TypeScript a module
// without name and alias is imported for its effects alone, and the name "default" needs an alias.
struct ImportSpec {
  std::string module;  // "pkg.mod", "./mod", "com.acme"
  std::string name{}, alias{};
};

struct AddImport {
  std::string path;
  ImportSpec import;
};
struct RemoveUnusedImports {
  std::vector<std::string> paths;  // globs
};
struct ReplaceCall {
  std::string language;
  std::string pattern;               // a call with holes: $X is one expression, $$$X any number of arguments
  std::string replacement;           // an expression with the same holes
  std::string module{};              // where the pattern's first name comes from; empty: its text alone counts
  std::vector<ImportSpec> add{};     // to files that change
  std::vector<ImportSpec> remove{};  // from them, where nothing uses them any more
  std::vector<std::string> paths{};  // globs; empty: everywhere
};
struct Codemod {
  std::string language;
  std::string query;                 // of tree-sitter, with a capture @replace
  std::string tmpl;                  // what comes in its place: "template" in JSON, with {{capture}}
  std::vector<std::string> paths{};  // globs; empty: everywhere
};

// Longest pattern, replacement, query and template, in bytes.
inline constexpr std::size_t kMaxPattern = 16u << 10;

// A hole of a pattern or replacement: "$X" or "$$$REST", as written.
struct Hole {
  std::size_t at = 0;
  std::string text;
};
// In order. Dollars inside of words are no holes, nor are names with small letters.
std::vector<Hole> holes_of(std::string_view text);

json::Value to_json(const AddImport& operation);
json::Value to_json(const RemoveUnusedImports& operation);
json::Value to_json(const ReplaceCall& operation);
json::Value to_json(const Codemod& operation);

// How the reader of change.cc is told of a mistake in a member: key, code, message, hint.
using RefuseMember = std::function<void(std::string_view, std::string_view, std::string, std::string)>;
// Read the members of one operation, except "op"; "path" is left to who confines paths.
ImportSpec read_import(JsonReader& in, const RefuseMember& refuse);
RemoveUnusedImports read_remove_unused_imports(JsonReader& in, const RefuseMember& refuse);
ReplaceCall read_replace_call(JsonReader& in, const RefuseMember& refuse);
Codemod read_codemod(JsonReader& in, const RefuseMember& refuse);

}  // namespace argosy::tasks
