// What an expression may be at run time, as far as a rename must know: a module, or surely none. It reads assignments, annotations and
// returns without regard to their order: the answer holds wherever the code stands. In doubt the answer is `unknown`. One thread; the
// project must outlive it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "common/code/binding/look_up.h"
#include "common/code/binding/project.h"
#include "common/code/binding/rules.h"

namespace argosy::code {

struct Value {
  enum Kind : std::uint8_t {
    nothing,   // null: no attribute is taken of it
    foreign,   // from outside the repository, with all that comes out of it
    thing,     // no module; its attributes may be anything
    klass,     // a class of the repository
    function,  // a function of the repository
    module,    // one of `modules`
    unknown,
  } kind = unknown;
  std::set<std::string> modules{};
  const Model* model = nullptr;  // where node stands
  Node node{};                   // the class of a thing, the class, the function
  bool operator==(const Value& other) const = default;
};

class Values {
 public:
  Values(const Project& project, const Rules& rules) : project_(project), rules_(rules) {}
  Value of(const Model& model, Node expression);

 private:
  Value of_shape(const Model& model, const Shape& shape, Node at);
  Value of_name(const Model& model, Node at, std::string_view name);
  Value of_variable(const Model& model, const std::vector<Binding>& bindings);
  Value of_binding(const Model& model, const Binding& binding);
  Value of_import(const Model& importer, const Import& import);
  Value in_module(const std::string& module, std::string_view name);
  Value in_file(const Model& model, std::string_view name);
  Value of_member(const Value& receiver, std::string_view name);
  Value of_call(const Model& model, const Shape& call);
  bool mentions_module(const Model& model, Node arguments);
  Value typed(const Model& model, Node type);

  const Project& project_;
  const Rules& rules_;
  using Variable = const std::vector<Binding>*;
  std::map<Variable, Value> known_;
  std::map<Variable, Value> open_;  // being asked, with what is known so far: x = x.next
  std::set<Variable> used_open_;    // those that the present answer rests on, which therefore holds only here
  std::set<std::pair<std::string, std::string>> asked_stars_;
  int depth_ = 0, steps_ = 0;
};

}  // namespace argosy::code
