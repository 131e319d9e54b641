// What the resolver must be told about a language: how its files bind names, what a token stands for, what an expression is made of and
// which files an import means. One implementation a language family, in languages/. Stateless: any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/binding/model.h"

namespace argosy::code {

class Project;
struct Target;

inline constexpr std::string_view kUnknownModule = "?";

// What an identifier stands for in its place.
enum class Role : std::uint8_t {
  name,          // a variable: scopes decide
  member,        // the name behind a receiver
  import_name,   // what an import takes out of a module
  export_name,   // the name under which something leaves this module, apart from the variable
  shorthand,     // a variable that is also a key: { name }
  destructured,  // a variable that is also the key it is taken from: const { name } = object
  unrelated,     // a label, a keyword argument, a key, a part of a module's path
  unsure,        // the rules cannot tell
};

struct Use {
  Role role = Role::unsure;
  Node object{};          // member, destructured: the receiver
  Import import{};        // import_name
  bool doubtful = false;  // looks like a use of the symbol: if it may be one, nobody can tell
  Space space = Space::both;
};

// What an expression is, as far as its value may be a module.
struct Shape {
  enum Kind : std::uint8_t {
    name,        // the variable called `text`
    member,      // `text` of node
    call,        // of node, with the arguments in other
    instance,    // of the class node
    module,      // the module that `text` names, as an import would
    own_module,  // this file's own exports
    receiver,    // self, this
    klass,       // a class that stands here
    function,    // a function that stands here
    thing,       // surely no module itself; what it holds may be one
    foreign,     // no module, nor is anything that comes out of it: literals, operators
    nothing,     // null: no attribute is ever taken of it
    either,      // node or other
    same,        // node: brackets, await
    unknown,
  };
  Kind kind = unknown;
  Node node{}, other{};
  std::string_view text{};
  // Something new that stands here, not a reference to what stands elsewhere.
  bool is_definition() const { return kind != name && kind != member && kind != module && kind != own_module && kind != nothing; }
};

// What a string stands for that may hold the symbol's name.
struct StringUse {
  enum Kind : std::uint8_t {
    text,
    documentation,  // treated like a comment
    exported_name,  // an entry of __all__: a reference like any other
    path,           // of a file or module
    annotation,     // a type written as a string
    lookup,         // a name looked up by its string: getattr(m, "name"), m["name"]
    argument,       // stands behind `receiver` in the arguments of a call that may look it up
  } kind = text;
  Node receiver{};  // of a look-up, or null when it is not known
};

// What a member is taken of, as far as the words tell.
struct Owner {
  enum Kind : std::uint8_t {
    value,   // ask what the expression may be
    bases,   // super: what `klass` inherits
    unsure,  // `this` of a function that anybody may call
  } kind = value;
  Node klass{};
};

class Rules {
 public:
  virtual ~Rules() = default;

  // The grammar that reads the file, by extension; nothing when it is not of this family.
  virtual std::optional<Language> language_of(std::string_view path) const = 0;
  // Files of these extensions may use the symbol but cannot be read here: notebooks, templates, other languages of the same runtime.
  virtual std::span<const std::string_view> unreadable_extensions() const = 0;
  // Folders that a package manager fills: what lies in them is foreign.
  virtual std::span<const std::string_view> foreign_folders() const = 0;
  virtual bool is_keyword(std::string_view name) const = 0;

  virtual Model bind(const Tree& tree, std::string path) const = 0;
  virtual bool is_identifier(Node node) const = 0;
  virtual Use use(const Project& project, const Model& model, Node identifier) const = 0;
  // The same for an identifier that may be a local variable, where use() looks at other names alone.
  virtual Use local_use(const Project& project, const Model& model, Node identifier) const { return use(project, model, identifier); }
  virtual Shape shape(const Model& model, Node expression) const = 0;
  virtual bool is_string(Node node) const = 0;
  virtual StringUse string_use(const Model& model, Node string) const = 0;
  // Receivers of look-ups in this file whose name is no literal: getattr(m, name). Null for the file's own module.
  virtual std::vector<Node> computed_lookups(const Model&) const { return {}; }
  // Comments that are more than comments: //go:linkname.
  virtual bool is_directive(Node /*comment*/) const { return false; }
  // Names that must follow the symbol's by a convention that tools check, with what they become.
  virtual std::vector<std::pair<Node, std::string>> followers(const Model&, const Target&, std::string_view /*to*/) const { return {}; }
  // What stands between the parts of a dotted name in a string.
  virtual std::string_view separators() const { return ".:"; }
  // Methods of the language's own containers and texts: whatever has one, its result is no module.
  virtual bool is_container_method(std::string_view /*name*/) const { return false; }
  // Whether something annotated so may be a module: Any, object.
  virtual bool is_vague_type(Node type) const = 0;

  // A module is named by the path of its file, or by whatever else the language makes of files. The modules that the text of an import
  // may mean: none of this repository, one, or several that must agree. kUnknownModule: one of the repository that cannot be found.
  virtual std::vector<std::string> resolve(const Project& project, const Model& importer, std::string_view module) const = 0;
  virtual std::string module_of(const Model& model) const { return model.path; }
  // The module that lies inside another under that name, or empty: a file of a Python package.
  virtual std::string submodule(const Project&, const std::string& /*module*/, std::string_view /*name*/) const { return {}; }
  // Members of classes (renaming/members.h), where the language's rules know them.
  virtual bool knows_members() const { return false; }
  // A member whose name the language or its runtime gives a meaning.
  virtual bool is_special_member(std::string_view name) const { return name.starts_with("__") || name == "constructor"; }
  // A class without a name of its own: new Base() { ... }.
  virtual bool is_nameless_class(Node) const { return false; }
  // What a class names as its bases: expressions or types.
  virtual std::vector<Node> bases(Node /*klass*/) const { return {}; }
  // Whether a base from outside has no members that a class may override without saying so: object, Error.
  virtual bool is_plain_base(Node /*base*/) const { return false; }
  // The class in whose body the token declares a member, or null.
  virtual Node declared_in(const Model&, Node /*identifier*/) const { return {}; }
  virtual Owner owner_of(Node /*object*/) const { return {}; }
  // Whether a constructor that nobody wrote takes the field by its name (a dataclass).
  virtual bool names_parameter(Node /*declaration*/) const { return false; }
  // How strings and other languages write the module: "pkg.mod"; empty when they never do.
  virtual std::string dotted_name(const Project& project, const std::string& module) const = 0;

  // Where a file must go when the symbol that it is named after changes its name; empty where files have names of their own.
  virtual std::string moved_path(const std::string& /*path*/, std::string_view /*from*/, std::string_view /*to*/) const { return {}; }
  // The modules that a file of declarations alone (a stub) describes; empty for a file of code.
  virtual std::vector<std::string> described_by(const Project&, const std::string& /*path*/) const { return {}; }
  // Whether something hands the definition out by the names of parameters, which no resolution sees (a fixture of pytest).
  virtual bool is_injected(const Binding&) const { return false; }
  // Whether a module defines the name twice, so that nobody knows which one is meant. Overloads and alternatives are one symbol.
  virtual bool is_defined_twice(const std::vector<Binding>&) const { return false; }
  // How an import keeps a name and binds another: `name as other`; empty where no file both imports and defines a name.
  virtual std::string_view import_alias() const { return {}; }
  // Whether other modules see such a name, and whether an import of everything brings it.
  virtual bool is_visible_outside(std::string_view /*name*/) const { return true; }
  virtual bool comes_with_star(std::string_view /*name*/) const { return true; }
  // Whether all root variables leave a module, or only its exports.
  virtual bool exports_everything() const { return true; }
  // Whether files share one root: packages of Go and Java. Then modules are no values either: a receiver that is no import is no module.
  virtual bool has_packages() const { return false; }
};

}  // namespace argosy::code
