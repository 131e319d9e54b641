// What an expression of Java is, by the types that are declared: of variables, of what methods return, of casts and creations. What has to
// be inferred is unknown, but for the containers of the library. One thread.
#pragma once

#include <string_view>

#include "common/code/renaming/members/java/types.h"

namespace argosy::code::java_members {

// What a plain name means as a variable.
struct Variable {
  enum Kind : std::uint8_t { none, local, member, unsure } kind = none;
  const Model* model = nullptr;
  Node token{};  // that declares it
  Node klass{};  // member: the class that declares it
};

inline constexpr int kMaxExpressionDepth = 200;  // calls upon calls

class Expressions {
 public:
  explicit Expressions(Types& types) : types_(types) {}

  Type of(const Model& model, Node expression, int depth = 0);
  Variable variable(const Model& model, Node at, std::string_view name);
  // What a call without a receiver means: the members of the nearest class around that has any.
  Members method(const Model& model, Node at, std::string_view name);
  // What the import statements bring under the name.
  Members imported(const Model& model, std::string_view name, bool methods);
  // The class in whose body the node stands; without a node: none.
  static Type around(const Model& model, Node node);

 private:
  // The token that binds the name in the scope, as seen from `at`. `loose`: one that may bind it.
  static Node bound(const Model& model, ScopeId id, Node at, std::string_view name, Node& loose);
  Type declared(const Model& model, Node token, int depth);
  Type of_name(const Model& model, Node name, int depth);
  Type of_field(const Model& model, Node access, int depth);
  Type of_call(const Model& model, Node call, int depth);
  Type of_members(const Members& members, const Type& receiver, int depth);
  Type out_of(const Model& model, const Type& foreign, std::string_view method, Node arguments, int depth);
  Type element_of(Type container);
  Type of_lambda_parameter(const Model& model, Node lambda, int depth);
  Type as_base(const Type& receiver, Node klass, int depth);
  Type fitted(Type type, Node klass, const Type& receiver);
  Type undeclared(const Members& members, const Type& receiver);
  bool is_from_outside(const Model& model, Node call, std::string_view method);
  bool only_foreign(const Model& model, Node arguments, int depth);

  Types& types_;
  int steps_ = 0;
  std::size_t copied_ = 0;  // arguments of types, in one question
};

}  // namespace argosy::code::java_members
