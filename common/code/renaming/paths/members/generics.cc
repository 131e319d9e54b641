// Types that are made of others: their parameters, and what stands for these.
#include <algorithm>
#include <numeric>

#include "common/code/renaming/paths/members/typing.h"

namespace argosy::code::impls {
namespace {

// T of struct S<'a, T: Trait, const N: usize>: the token that names each parameter that is a type.
std::vector<Node> parameters_of(Node item) {
  std::vector<Node> out;
  const Node list = item.get("type_parameters");
  for (const Node child : list ? list.children() : Children(Node())) {
    Node name = child;
    while (name.is_any({"optional_type_parameter", "constrained_type_parameter", "type_parameter"}))
      name = name.get("left") ? name.get("left") : name.get("name");
    if (name.is("type_identifier")) out.push_back(name);
  }
  return out;
}

}  // namespace

std::vector<Node> arguments_of(Node type) {
  std::vector<Node> out;
  const Node list = type.get("type_arguments");
  for (const Node child : list ? list.children() : Children(Node()))
    if (child.named() && !child.is_any({"lifetime", "line_comment", "block_comment", "type_binding"})) out.push_back(child);
  return out;
}

std::size_t size_of(const Type& type) {
  return std::transform_reduce(type.args.begin(), type.args.end(), std::size_t{1}, std::plus(),
                               [](const Type& arg) { return size_of(arg); });
}

Names Typing::names_of(const Type& type, Node item) {
  Names names;
  const auto parameters = parameters_of(item);
  for (std::size_t i = 0; i < parameters.size(); ++i)
    names[std::string(parameters[i].text())] = i < type.args.size() ? type.args[i] : Type{};
  return names;
}

// What the names in a function's head mean for who calls it: of `impl<T> Name<T>` what the receiver is made of; which types a call puts in
// for all others nobody here knows.
Names Typing::names_around(Node function, const Type& self) {
  Names names{{"Self", self}};
  const Node owner = owner_of(function);
  for (const Node item : {owner, function})
    for (const Node parameter : parameters_of(item)) names[std::string(parameter.text())] = {};
  const Node target = owner.is("impl_item") ? owner.get("type") : Node();
  // Not through an alias, which may have its parameters in another order.
  const bool direct = target.is("generic_type") && paths::parts_of(target.get("type")).back() == self.what.name;
  const auto written = arguments_of(direct ? target : Node());
  for (std::size_t i = 0; i < written.size() && i < self.args.size() && self.kind == Type::own; ++i)
    for (const Node parameter : parameters_of(owner))
      if (written[i].text() == parameter.text()) names[std::string(parameter.text())] = self.args[i];
  // The function's own, which hide them.
  for (const Node parameter : parameters_of(function)) names[std::string(parameter.text())] = {};
  return names;
}

Type Typing::returned(const At& function, const Type& self) {
  const Node type = function.node.get("return_type");
  if (!type) return {.kind = Type::foreign};
  return named(*function.model, type, names_around(function.node, self));
}

}  // namespace argosy::code::impls
