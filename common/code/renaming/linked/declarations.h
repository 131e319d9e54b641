// Where C and C++ declare a name outside of functions and classes. One thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/code/binding/project.h"

namespace argosy::code::linked {

struct Declaration {
  const Model* model = nullptr;
  Binding binding{};
  std::string space{};  // the namespaces around, "a::b"; without those that have no name or are inline
  bool macro = false;
  bool tag = false;         // struct name: in C no other name's rival
  bool internal = false;    // no other translation unit means the same by it, unless it includes this very line
  bool definition = false;  // says what it is, not only that it is somewhere
};

std::vector<Declaration> declarations_of(const Model& model, const std::string& name);

// Functions that are defined outside of their namespace: int a::name() {}. `spaces` are those that declare the name.
std::vector<Declaration> definitions_from_outside(const Model& model, const std::string& name, const std::set<std::string>& spaces);

// The namespaces around a node, innermost last; with those that the names of functions around it lead through: int a::f() {}
std::string space_around(Node node);

// a::b of a path's text, without template arguments.
std::string joined(const std::string& space, const std::string& inner);

}  // namespace argosy::code::linked
