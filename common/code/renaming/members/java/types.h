// What the types of a Java file mean: declarations of the repository, found as the language finds them (scopes, inherited member types,
// imports, the package), or what comes from outside. One thread; the project must outlive it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/binding/project.h"

namespace argosy::code::java_members {

inline constexpr int kMaxTypeSteps = 20'000;  // of one question: bases of bases
inline constexpr int kMaxTypeDepth = 24;      // steps from one type or expression to the next; what lies behind is unknown

struct Type {
  enum Kind : std::uint8_t {
    unknown,
    foreign,  // from outside the repository, primitive types too
    ours,     // `node` declares it
  } kind = unknown;
  const Model* model = nullptr;
  Node node{};
  bool klass = false;  // the type itself, not an object of it
  bool self = false;   // the class around: its parameters stand for themselves
  int dimensions = 0;
  Node parameter{};    // the token of a type parameter; kind and node are those of its bound
  std::string name{};  // foreign: as the language's library calls it ("List"), empty when it is no type of the library
  std::vector<Type> arguments{};

  bool is_object() const { return kind == ours && dimensions == 0; }
  // Whether an object of the repository may come out of it.
  bool may_hold_ours() const;
};

// A field, method, constant or component, where a class declares it.
struct Declaration {
  const Model* model = nullptr;
  Node token, klass;
};

struct Members {
  std::vector<Declaration> found;  // in the nearest class that has any
  bool open = false;               // a base from outside may have one
  bool hidden = false;             // a class between that may have one of its own from outside
  bool lost = false;               // a base of the repository cannot be told from another
};

class Types {
 public:
  Types(const Project& project, const Rules& rules) : project_(project), rules_(rules) {}

  // A new question: what has been looked at so far counts no more.
  void begin() { steps_ = 0; }
  // Of a type as it is written.
  Type named(const Model& model, Node type, int depth = 0);
  // Of a name at a place, without its arguments.
  Type simple(const Model& model, Node at, std::string_view name, int depth = 0);
  // Of "a.b.Name": packages, then types. Foreign when the repository has none.
  Type qualified(std::string_view path, int depth = 0);
  // The base of a class, by the node of Rules::bases.
  Type base(const Model& model, Node base, int depth = 0) { return named(model, base, depth + 1); }
  // What a class or its bases declare under the name.
  Members members(const Type& klass, std::string_view name, bool methods, int depth = 0);
  // Whether a processor of annotations may add members to the class or to a base of it.
  bool may_be_added_to(const Type& klass, int depth = 0);
  // Whether something from outside that an object of the class inherits may hand out objects of the repository.
  bool inherits_arguments(const Type& klass, int depth = 0);

  const Rules& rules() const { return rules_; }
  const Project& project() const { return project_; }

 private:
  Type nested(const Type& outer, std::string_view name, int depth);
  Type in_package(std::string_view package, std::string_view name);
  Type bound(const Model& model, Node parameter, int depth);
  Type imported(const Model& model, std::string_view name, int depth);
  Type unless_inherited(Type found, const Model& model, Node at, std::string_view name, int depth);
  bool is_own_package(std::string_view package);
  void index();
  const std::vector<std::string>& declaring_files(std::string_view name);

  const Project& project_;
  const Rules& rules_;
  std::map<std::string, std::vector<std::string>, std::less<>> files_;  // by the simple names of the types that they declare
  std::set<std::string, std::less<>> own_packages_;
  bool indexed_ = false;
  int steps_ = 0;
};

bool is_type_declaration(Node node);
bool is_body(Node node);
// What the class itself declares under the name.
std::vector<Node> declared_tokens(Node klass, std::string_view name, bool methods);
bool has_word(Node declaration, std::string_view modifier);
// The field, method, constant or component around the token that names it: what carries its modifiers.
Node declaration_of(Node token);
// Whether a library type is known to have no member of that name; false for one that is not known.
bool surely_lacks(const Type& foreign, std::string_view name);

}  // namespace argosy::code::java_members
