// What the names of one source file mean, as far as the file alone can tell: scopes, the variables that each binds, and the names that
// enter and leave by imports and exports. Built once by a language's rules (rules.h), read by the resolver. Nodes point into the file's
// tree, which must outlive the model. Values, any thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/code/syntax/tree.h"

namespace argosy::code {

// Where a name is looked up: TypeScript and Java keep types and values apart.
enum class Space : std::uint8_t { value = 1, type = 2, both = 3 };
inline bool overlap(Space a, Space b) { return (static_cast<unsigned>(a) & static_cast<unsigned>(b)) != 0; }

enum class BindingKind : std::uint8_t { function, klass, constant, import, parameter, variable };

// A name that comes from another module. As written, unresolved.
struct Import {
  std::string module;  // "pkg.mod", "..mod", "./mod", "example.com/mod/pkg", "com.acme"
  std::string name;    // what is taken out of it; empty: the module itself
};

// How a binding's value follows from its expression.
enum class Source : std::uint8_t {
  expression,  // the value of `value`
  part,        // an element, a context, an iteration of `value`: known only if everything that comes out of `value` is foreign
  member,      // the member of `value` that is called like the variable: const { name } = value
  receiver,    // self, cls: an instance of the class around
  thing,       // surely no module: an exception, *args
  unknown,
};

struct Binding {
  Node name;  // the token that binds
  BindingKind kind = BindingKind::variable;
  Source source = Source::unknown;
  Node value;                      // see source
  Node type;                       // its annotation, or null
  std::optional<Import> import{};  // for BindingKind::import
  Space space = Space::both;
  std::uint32_t visible_from = 0;  // byte offset, for scopes that are ordered
  bool conditional = false;        // may not happen: inside an `if`, a loop, a `try`
};

using ScopeId = std::uint32_t;
inline constexpr ScopeId kRootScope = 0;

struct Scope {
  ScopeId parent = kRootScope;
  Node node{};
  bool private_names = false;            // not seen from scopes inside it (a Python class)
  bool ordered = false;                  // a name means the outer variable until its binding is reached
  std::set<std::string_view> globals{};  // names that mean the root's variable in here (Python's `global`)
  std::map<std::string_view, std::vector<Binding>> variables{};
};

// A name under which something leaves a module, where that is written apart from the variable itself.
struct Export {
  std::string name;
  Node token;                    // where the exported name is written; may be the variable's own use ("export { x }")
  std::string variable;          // the root variable that leaves, or empty
  Node value;                    // the expression that leaves, or null
  std::optional<Import> from{};  // export { x } from "m"
};

struct Model {
  std::string path;
  const Tree* tree = nullptr;
  std::string package;                           // what Go and Java call the unit that files share; empty elsewhere
  std::vector<Scope> scopes;                     // 0 is the file's root
  std::vector<ScopeId> scope_of;                 // by node id
  std::unordered_map<NodeId, ScopeId> bound_at;  // tokens that bind, and the scope they bind in
  std::vector<Export> exports;
  std::vector<std::string> star_imports;   // modules all of whose names come in
  std::vector<std::string> plain_imports;  // modules that come in under the name they give themselves (Go)
  std::vector<std::string> star_exports;   // modules all of whose names leave again (export * from, a package's import *)
  std::map<std::pair<NodeId, std::string_view>, std::vector<Binding>> members;  // self.x = value, by the class around and the attribute
  std::vector<Node> export_values;  // expressions all of whose members leave: module.exports = value
  std::set<NodeId> own_objects;     // object literals that are the exports
  bool is_module = false;           // it imports or exports something; only scripts of JavaScript are not
  bool opaque = false;              // its exports are set in a way that the rules cannot read

  const std::vector<Binding>* find(ScopeId scope, std::string_view name) const {
    const auto hit = scopes[scope].variables.find(name);
    return hit == scopes[scope].variables.end() ? nullptr : &hit->second;
  }
  void bind(ScopeId scope, Binding binding) {
    bound_at[binding.name.id()] = scope;
    scopes[scope].variables[binding.name.text()].push_back(std::move(binding));
  }
};

}  // namespace argosy::code
