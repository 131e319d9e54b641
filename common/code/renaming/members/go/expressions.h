// What an expression of Go is, by declared types and what follows from them: variables, results of functions, elements of containers.
// One thread.
#pragma once

#include <vector>

#include "common/code/renaming/members/go/types.h"

namespace argosy::code::go_members {

inline constexpr int kMaxExpressionDepth = 200;  // calls upon calls

class Expressions {
 public:
  explicit Expressions(Types& types) : types_(types) {}

  Type of(const Model& model, Node expression, int depth = 0);
  // The type of a composite literal's braces, written or left out.
  Type of_literal(const Model& model, Node literal_value, int depth = 0);

 private:
  Type of_name(const Model& model, Node name, int depth);
  Type of_binding(const Model& model, const Binding& binding, Node at, int depth);
  Type of_variable(const Model& model, Node token, Node at, int depth);
  Type of_value(const Model& model, Node left, Node right, Node token, int depth);
  Type of_range(const Model& model, Node clause, Node token, int depth);
  Type of_case(const Model& model, Node statement, Node at, int depth);
  Type of_selector(const Model& model, Node selector, int depth);
  Type of_index(const Type& container, bool key);
  std::vector<Type> results(const Model& model, Node call, int depth);
  std::vector<Type> declared_results(const Type& function, const Type& receiver);
  Type fitted(Type type, const Type& receiver);
  bool only_foreign(const Model& model, Node arguments, int depth);

  Types& types_;
  int steps_ = 0;
};

}  // namespace argosy::code::go_members
