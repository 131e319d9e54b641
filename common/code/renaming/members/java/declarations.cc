// What a class of Java declares itself, and what is known of the library's types.
#include <algorithm>
#include <array>

#include "common/code/renaming/members/java/types.h"

namespace argosy::code::java_members {
namespace {

struct Known {
  std::string_view type, members;  // with blanks between and around
};
constexpr std::string_view kThrowable =
    " getMessage getLocalizedMessage getCause initCause printStackTrace fillInStackTrace getStackTrace setStackTrace addSuppressed "
    "getSuppressed ";
// All that a class takes over from these; Object's own are refused everywhere.
constexpr auto kKnown = std::to_array<Known>({
    {"Object", ""},
    {"Serializable", ""},
    {"Cloneable", ""},
    {"Record", ""},
    {"Enum", " name compareTo getDeclaringClass describeConstable "},
    {"Comparable", " compareTo "},
    {"Runnable", " run "},
    {"Callable", " call "},
    {"AutoCloseable", " close "},
    {"Closeable", " close "},
    {"Iterable", " iterator forEach spliterator "},
    {"Iterator", " hasNext next remove forEachRemaining "},
    {"Supplier", " get "},
    {"Consumer", " accept andThen "},
    {"BiConsumer", " accept andThen "},
    {"Function", " apply compose andThen identity "},
    {"BiFunction", " apply andThen "},
    {"Predicate", " test and negate or isEqual not "},
    {"Comparator",
     " compare reversed thenComparing thenComparingInt thenComparingLong thenComparingDouble reverseOrder naturalOrder comparing "
     "nullsFirst "
     "nullsLast comparingInt comparingLong comparingDouble "},
    {"Throwable", kThrowable},
    {"Exception", kThrowable},
    {"RuntimeException", kThrowable},
    {"IllegalArgumentException", kThrowable},
    {"IllegalStateException", kThrowable},
    {"UnsupportedOperationException", kThrowable},
    {"IOException", kThrowable},
    {"Error", kThrowable},
});

void add_named(Node child, std::string_view name, bool methods, std::vector<Node>& out) {
  const auto add = [&](Node token) {
    if (token.text() == name) out.push_back(token);
  };
  if (methods && child.is_any({"method_declaration", "annotation_type_element_declaration"})) add(child.get("name"));
  if (!methods && child.is("enum_constant")) add(child.get("name"));
  if (!methods && child.is_any({"field_declaration", "constant_declaration"}))
    for (Node declarator : child.children())
      if (declarator.is("variable_declarator")) add(declarator.get("name"));
}

}  // namespace

bool is_type_declaration(Node node) {
  return node.is_any(
      {"class_declaration", "interface_declaration", "enum_declaration", "record_declaration", "annotation_type_declaration"});
}

bool is_body(Node node) { return node.is_any({"class_body", "interface_body", "enum_body", "annotation_type_body"}); }

std::vector<Node> declared_tokens(Node klass, std::string_view name, bool methods) {
  std::vector<Node> out;
  for (Node body : klass.children()) {
    if (!is_body(body)) continue;
    for (Node child : body.children()) {
      add_named(child, name, methods, out);
      if (child.is("enum_body_declarations"))
        for (Node inner : child.children()) add_named(inner, name, methods, out);
    }
  }
  // A component is a field, and a method that nobody need write.
  for (Node parameter : klass.is("record_declaration") ? klass.get("parameters").children() : Node().children())
    if (parameter.get("name") && parameter.get("name").text() == name) out.push_back(parameter.get("name"));
  return out;
}

Node declaration_of(Node token) {
  const Node owner = token.parent();
  return owner.is("variable_declarator") ? owner.parent() : owner;
}

bool has_word(Node declaration, std::string_view modifier) { return declaration.child("modifiers").child(modifier) ? true : false; }

bool surely_lacks(const Type& foreign, std::string_view name) {
  const auto known = std::ranges::find(kKnown, foreign.name, &Known::type);
  return !foreign.name.empty() && known != kKnown.end() && known->members.find(" " + std::string(name) + " ") == std::string_view::npos;
}

}  // namespace argosy::code::java_members
