// What the parameters of generic classes of Java stand for in one object.
#include <utility>

#include "common/code/renaming/members/java/expressions.h"

namespace argosy::code::java_members {

namespace {

constexpr std::size_t kMaxCopied = 20'000;  // arguments, in one question: those of bases may hold each other again and again

std::size_t size_of(const Type& type) {
  std::size_t out = 1;
  for (const Type& argument : type.arguments) out += size_of(argument);
  return out;
}

}  // namespace

// The base of an object's class that `klass` declares, with the arguments that the classes between give it; unknown: no base of it.
Type Expressions::as_base(const Type& receiver, Node klass, int depth) {
  if (receiver.kind != Type::ours || depth > kMaxTypeDepth) return {};
  for (const Node written : types_.rules().bases(receiver.node)) {
    Type base = types_.base(*receiver.model, written);
    if (base.kind != Type::ours) continue;
    for (Type& argument : base.arguments) argument = fitted(std::move(argument), receiver.node, receiver);
    if (base.node == klass) return base;
    if (Type further = as_base(base, klass, depth + 1); further.node == klass) return further;
  }
  return {};
}

// What the parameters of a generic class stand for in an object of it.
Type Expressions::fitted(Type type, Node klass, const Type& receiver) {
  if (klass != receiver.node && receiver.is_object()) {
    const Type base = as_base(receiver, klass, 0);
    if (base.node == klass) return fitted(std::move(type), klass, base);
  }
  if (type.parameter) {
    const Node list = type.parameter.parent().parent();
    if (list.parent() == klass && klass == receiver.node) {
      if (receiver.self) return type;
      std::size_t index = 0;
      for (Node child : list.children()) {
        if (child == type.parameter.parent()) break;
        index += child.is("type_parameter") ? 1 : 0;
      }
      if (index >= receiver.arguments.size()) return {};
      copied_ += size_of(receiver.arguments[index]);
      if (copied_ > kMaxCopied) return {};
      Type out = receiver.arguments[index];
      out.dimensions += type.dimensions;
      return out;
    }
    // Of the method itself, where it is not the code that looks at it, or of a class far away.
    return {};
  }
  for (Type& argument : type.arguments) argument = fitted(std::move(argument), klass, receiver);
  return type;
}

}  // namespace argosy::code::java_members
