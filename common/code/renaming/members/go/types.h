// What types of a Go program are, and what is selected from them: fields, methods, and what embedded types promote. Pointers are looked
// through everywhere. One thread; the project must outlive it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/binding/project.h"
#include "common/code/binding/values.h"

namespace argosy::code::go_members {

inline constexpr int kMaxTypeDepth = 24;  // steps from one type or expression to the next; what lies behind is unknown

struct Type {
  enum Kind : std::uint8_t {
    unknown,
    foreign,    // from outside the repository, or of the language
    known,      // `node`: a type_spec, a literal type, or what declares a function
    parameter,  // of something generic: `node` is the token that names it
    package,    // an import
  } kind = unknown;
  const Model* model = nullptr;
  Node node{};
  bool klass = false;             // the type itself, not a value of it
  std::string path{};             // package: of the import
  std::vector<Type> arguments{};  // of a generic type

  bool is(std::string_view kind_of_node) const { return kind == known && node.is(kind_of_node); }
  // Whether something of the repository may come out of it.
  bool may_hold_ours() const;
};

// A token that declares a field or a method, and where.
struct Declaration {
  const Model* model = nullptr;
  Node token;
  bool operator==(const Declaration& other) const { return token == other.token; }
};

struct Selection {
  std::vector<Declaration> found;  // where the nearest depth has any
  Type embedded{};                 // instead: the type that is embedded under the name
  bool open = false;               // something embedded from outside, nearer than that, may have one
  bool lost = false;               // a type cannot be told
};

class Types {
 public:
  Types(const Project& project, const Rules& rules) : project_(project), rules_(rules) {}

  // Of a type as it is written.
  Type named(const Model& model, Node type, int depth = 0);
  // The literal type behind names and aliases; a parameter stays one.
  Type underlying(Type type, int depth = 0);
  // What `value.name` means, seen from a place.
  Selection select(const Type& type, std::string_view name, Node at, int depth = 0);
  // The package-level declaration of a name, in the files of a package (Rules::module_of); null as well when there are several, as for
  // several systems: then `where` is set.
  const Binding* in_package(const std::string& module, std::string_view name, const Model*& where);
  // What a name means at a place when no scope of its file binds it: its package, dot imports.
  const Binding* beside(const Model& model, std::string_view name, const Model*& where, bool& lost);
  // The packages behind an import; empty: foreign.
  const std::vector<std::string>& modules(const Model& model, const std::string& path) { return project_.resolve(model, path); }
  // The path of the import that a name means at a node, or empty.
  std::string imported(const Model& model, Node name);
  // The methods of a named type, in all files of its package.
  std::vector<Declaration> methods(const Type& type, std::string_view name);
  // All names that methods of it have, promoted ones too. `open`: something from outside may bring more.
  std::set<std::string> method_names(const Type& type, bool& open);
  // Types that a struct or an interface embeds.
  std::vector<Type> embedded(const Type& literal, int depth = 0);
  // The named type that a method belongs to.
  Type receiver(const Model& model, Node method);

  const std::vector<const Model*>& files(const std::string& module);
  // Whether another file of the package declares the type, too, for another system.
  bool is_declared_twice(const Type& type);
  const Project& project() const { return project_; }
  const Rules& rules() const { return rules_; }

 private:
  Type bound(const Model& model, const Binding& binding, int depth);

  bool any_will_do_ = false;  // of several declarations of a type: for the methods of all of them
  const Project& project_;
  const Rules& rules_;
  std::map<std::string, std::vector<const Model*>> packages_;
  std::set<std::string> unread_;    // packages with a file that cannot be parsed
  std::set<std::string> gathered_;  // packages whose methods are known
  std::map<std::pair<const Tree*, NodeId>, std::vector<Declaration>> methods_;
};

bool is_exported(std::string_view name);
// The name under which a struct embeds the type of a field_declaration: T of *pkg.T[X].
Node embedded_name(Node field);

}  // namespace argosy::code::go_members
