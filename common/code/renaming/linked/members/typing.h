// What type an expression of C or C++ has, as far as a member's owner must be known: a class of the project, surely none of it, or nobody
// knows. One thread; the world must outlive it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/renaming/linked/members/world.h"

namespace argosy::code::fields {

// Expressions inside of expressions, types behind types: more count as unknown.
inline constexpr int kMaxDepthOfType = 60;
// Steps to one answer.
inline constexpr int kMaxStepsOfType = 4000;
// Classes that one class inherits from, at any depth.
inline constexpr std::size_t kMaxBases = 100;

struct Type {
  enum Kind : std::uint8_t {
    record,   // of the project, behind `around`
    foreign,  // it has no member of the project's, nor has what comes out of it
    unknown,
  } kind = unknown;
  RecordId id = 0;
  // What must be undone to get at the type itself, the first to be undone first: p pointer, a array, f function; of the standard library
  // s (smart pointer, optional), c (container with elements in a row), o (anything else).
  std::string around{};
  bool operator==(const Type&) const = default;
};

// What a class has under a name.
struct Had {
  enum Kind : std::uint8_t { nothing, member, unsure } kind = nothing;
  RecordId owner = 0;
  const std::vector<Member>* members = nullptr;
};

struct Deeper {
  explicit Deeper(int& depth) : depth_(++depth) {}
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  ~Deeper() { --depth_; }

 private:
  int& depth_;
};

class Typing {
 public:
  explicit Typing(World& world) : world_(world) {}

  Type of(const Model& model, Node expression);
  // Of the class whose member is taken of the expression: by "." or "->".
  Type owner(const Model& model, Node object, std::string_view by);
  // The type that a type's own node names.
  Type named(const Model& model, Node type);
  // The type that a path leads to from there. `tag`: behind struct or union. Foreign also where it is no type at all.
  Type path(const Model& model, Node at, const std::vector<std::string>& path, bool tag);
  // Of what the token declares.
  Type declared(const Model& model, Node name);
  Had member(RecordId id, std::string_view name, int depth = 0);
  // The classes of which the code at the node has the members as plain names, the innermost first.
  std::vector<Type> around(const Model& model, Node node);
  std::vector<Type> bases(RecordId id);
  // Of the class whose members a list of initializers in braces sets.
  Type of_list(const Model& model, Node list);
  // A new question: what is still known may be used.
  void begin() { steps_ = 0; }

 private:
  bool enough() { return ++steps_ > kMaxStepsOfType || depth_ >= kMaxDepthOfType; }
  Type object(const Model& model, Node object, std::string_view by);
  Type known(const Model& model, Node expression);
  Type name(const Model& model, Node identifier);
  Type global(const Model& model, Node at, const std::vector<std::string>& path);
  Type member_type(RecordId id, std::string_view name);
  Type call(const Model& model, Node call);
  Type method_of_library(const Type& of, std::string_view method) const;
  Type qualified(const Model& model, Node node);
  Type of_standard(const Model& model, Node type);
  Type deduced(const Model& model, Node declaration, Node initializer);
  std::optional<Type> local(const Model& model, Node at, const std::string& name, bool tag);
  std::optional<Type> inherited(const Model& model, Node at, const std::string& written, const std::vector<const TypeName*>& seen);
  bool is_project_path(const Model& model, Node at, const std::vector<std::string>& path);
  Type of_type_name(const TypeName& name);
  Type decide(const std::vector<const TypeName*>& found);
  Type common(const std::vector<Type>& types) const;

  World& world_;
  int depth_ = 0, steps_ = 0;
};

// The names of a::b::c, of a type or an expression; without template arguments. {""} before a path that begins at the root.
std::vector<std::string> parts_of(Node path);

}  // namespace argosy::code::fields
