// What type an expression of Rust has, as far as a member's owner must be known. References and boxes are looked through, as the language
// does it itself. One thread; the crate must outlive it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/renaming/paths/members/crate.h"

namespace argosy::code::impls {

// Expressions inside of expressions, types behind types: more count as unknown.
inline constexpr int kMaxDepthOfType = 60;
// Steps to one answer.
inline constexpr int kMaxStepsOfType = 4000;
// Types that one type is made of; more count as unknown.
inline constexpr std::size_t kMaxPartsOfType = 200;

struct Type {
  enum Kind : std::uint8_t {
    own,      // of the workspace: `what`
    holder,   // of the standard library, made of `args`: Option, Vec, "[]", "()", "iter"
    bounded,  // whatever has the traits in args (own), also dyn and impl; `open`: there are others that lead to other types
    foreign,  // with no type of the workspace in it
    unknown,
  } kind = unknown;
  Thing what{};              // own; of a holder the name alone
  std::vector<Type> args{};  // of own and holder
  bool boxed = false;        // behind Box, Rc or Arc, which have methods of their own
  bool open = false;
  bool operator==(const Type&) const = default;
};

// A function that stands in an impl or a trait, with the trait that it is of.
struct Method {
  At at;
  bool inherent = false;
  Type trait{};  // own; foreign or unknown where the trait is so
};

using Names = std::map<std::string, Type>;  // what a generic type's parameters are

class Typing {
 public:
  explicit Typing(Crate& crate) : crate_(crate) {}

  Type of(const Model& model, Node expression);
  // The type that a type's node names.
  Type named(const Model& model, Node type, const Names& names = {});
  // The type or trait that a path leads to.
  Type path(const Model& model, Node at, const std::vector<std::string>& path, const std::vector<Type>& args = {});
  // Of a struct's literal or pattern: also the variant of an enum (`variant` is its node).
  Type literal(const Model& model, Node name, Node* variant = nullptr);
  // The type for which the code at the node is written, or the trait.
  Type self(const Model& model, Node at);
  // Of the variable as it is known at the node.
  Type variable(const Model& model, Node at, std::string_view name);
  // What the type has; `found` false: too much was asked to know all.
  std::vector<Method> methods(const Type& type, const std::string& name, bool& known);
  Type field(const Type& type, std::string_view name);
  bool has_field(const Type& type, std::string_view name);
  // Whether the type may hand on what it does not have itself.
  bool derefs(const Type& type);
  // All traits that the type is said to have in the workspace's impls.
  bool has_trait(const Type& type, const Thing& trait);
  Type call_of_method(const Model& model, const Type& object, const std::string& name);
  Type call_of_path(const Model& model, Node at, const std::vector<std::string>& path, Node arguments);
  void begin() { steps_ = 0; }

 private:
  struct Deeper {
    explicit Deeper(int& depth) : depth_(++depth) {}
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    ~Deeper() { --depth_; }

   private:
    int& depth_;
  };
  bool enough() { return ++steps_ > kMaxStepsOfType || depth_ >= kMaxDepthOfType; }
  Type known(const Model& model, Node expression);
  Type call(const Model& model, Node call);
  Type branches(const Model& model, Node expression);
  Type bound(const Model& model, Node token);
  Type through(const Model& model, Node pattern, const Type& type, Node token);
  Type through_fields(const Model& model, Node pattern, const Type& type, Node token);
  Type parameter(const Model& model, Node token);
  Type written(const Model& model, Node type, const Names& names);
  Type bounds(const Model& model, Node traits);
  Type from_item(const At& item, const Thing& thing, const std::vector<Type>& args);
  Type returned(const At& function, const Type& self);
  Names names_of(const Type& type, Node item);
  Names names_around(Node function, const Type& self);
  const std::vector<At>* impls(const Type& type);

  Crate& crate_;
  std::map<Thing, std::vector<At>> impls_;
  std::set<Thing> resolving_;  // aliases
  int depth_ = 0, steps_ = 0;
};

// T and U of Name<'a, T, U>.
std::vector<Node> arguments_of(Node type);
// Itself and all that it is made of.
std::size_t size_of(const Type& type);

}  // namespace argosy::code::impls
