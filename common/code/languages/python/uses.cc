// What identifiers, expressions and strings stand for in Python.
#include <algorithm>
#include <array>

#include "common/code/languages/python/python.h"

namespace argosy::code {
namespace {

constexpr auto kKeywords = std::to_array<std::string_view>(
    {"False",  "None",     "True", "and",    "as",      "assert", "async",  "await",  "break", "class",  "continue", "def",
     "del",    "elif",     "else", "except", "finally", "for",    "from",   "global", "if",    "import", "in",       "is",
     "lambda", "nonlocal", "not",  "or",     "pass",    "raise",  "return", "try",    "while", "with",   "yield"});

// Calls whose result may be one of their arguments, or a module found by its name.
constexpr auto kGivesAnything = std::to_array<std::string_view>(
    {"getattr", "next", "max", "min", "eval", "__import__", "import_module", "reload", "copy", "deepcopy", "choice", "reduce", "partial"});
// Calls that make a container of what they are given.
constexpr auto kHolds =
    std::to_array<std::string_view>({"list", "tuple", "set", "frozenset", "dict", "sorted", "reversed", "iter", "zip", "map", "filter",
                                     "enumerate", "vars", "globals", "locals", "chain", "defaultdict", "OrderedDict"});
// Calls that look a name up by its string.
constexpr auto kLooksUp =
    std::to_array<std::string_view>({"getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller", "object", "import_string"});
// Calls whose strings are types.
constexpr auto kTakesTypes = std::to_array<std::string_view>({"cast", "TypeVar", "ForwardRef", "NewType"});
constexpr auto kContainerMethods = std::to_array<std::string_view>(
    {"split",      "rsplit", "splitlines", "strip",   "lstrip",     "rstrip",   "lower", "upper", "casefold", "title",
     "capitalize", "format", "join",       "replace", "encode",     "decode",   "items", "keys",  "values",   "group",
     "groups",     "zfill",  "ljust",      "rjust",   "startswith", "endswith", "count", "index"});
constexpr auto kVagueTypes = std::to_array<std::string_view>({"Any", "object", "ModuleType", "Type", "type"});

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

// f of `f`, `m.f`, `self.m.f`.
std::string_view last_part(Node callee) {
  return callee.is("attribute") ? callee.get("attribute").text() : callee.is("identifier") ? callee.text() : std::string_view();
}

Use member_of(Node object) { return {.role = Role::member, .object = object}; }

Use in_dotted_name(Node name, Node identifier) {
  const Node around = name.parent();
  const bool aliased = around.is("aliased_import");
  const Node statement = aliased ? around.parent() : around;
  if (statement.is("import_from_statement") && (aliased ? around.field() : name.field()) == "name")
    return {.role = Role::import_name, .import = {std::string(statement.get("module_name").text()), std::string(identifier.text())}};
  if (statement.is_any({"import_statement", "import_from_statement", "future_import_statement", "relative_import"}))
    return {.role = Role::unrelated};
  // In a pattern: the first part is a variable, or captures one; of the others nothing says which receiver they have.
  return {.role = identifier == name.named_child(0) ? Role::name : Role::unsure};
}

// The object whose names a call or attribute gives as a dictionary: vars(m), m.__dict__, globals(). `found` is false for anything else.
struct FoundNames {
  bool found = false;
  Node of{};  // null: this module
};
FoundNames names_of(Node expression) {
  if (expression.is("attribute") && expression.get("attribute").text() == "__dict__") return {true, expression.get("object")};
  if (!expression.is("call")) return {};
  const auto callee = last_part(expression.get("function"));
  if (callee == "globals" || callee == "locals") return {true};
  if (callee == "vars") return {true, expression.get("arguments").named_child(0)};
  return {};
}

bool is_exports_list(Node string) {
  for (Node around = string.parent(); around; around = around.parent()) {
    if (around.is_any({"assignment", "augmented_assignment"}) && around.get("left").text() == "__all__") return true;
    if (around.is("call") && around.get("function").is("attribute") && around.get("function").get("object").text() == "__all__")
      return true;
    if (around.is_any({"block", "function_definition", "class_definition"})) return false;
  }
  return false;
}

bool is_annotation(Node string) {
  for (Node inner = string, around = string.parent(); around; inner = around, around = around.parent()) {
    if (around.is_any({"generic_type", "subscript"}) && last_part(around.named_child(0)) == "Literal") return false;
    if (around.is("generic_type") && around.named_child(0).text().ends_with("Literal")) return false;
    if (around.is("type") && !around.parent().is("type_parameter")) return true;
    if (around.is("call")) return inner.field() == "arguments" && is_in(kTakesTypes, last_part(around.get("function")));
    if (around.is_any({"block", "module", "dictionary"})) return false;
  }
  return false;
}

StringUse as_argument(Node string) {
  const Node arguments = string.parent(), call = arguments.parent();
  const Node callee = call.get("function");
  const Node first = arguments.named_child(0);
  // Name = namedtuple("Name", ...): the string is the symbol's own name.
  if (first == string && call.parent().is("assignment") && call.parent().get("left").text().size() + 2 == string.text().size() &&
      string.text().substr(1).starts_with(call.parent().get("left").text()))
    return {.kind = StringUse::lookup};
  if (callee.is("attribute")) {
    if (const FoundNames names = names_of(callee.get("object")); names.found) return {.kind = StringUse::lookup, .receiver = names.of};
  }
  if (is_in(kLooksUp, last_part(callee))) return {.kind = StringUse::lookup, .receiver = first == string ? Node() : first};
  const Node before = string.previous().previous();
  return before && before.named() ? StringUse{.kind = StringUse::argument, .receiver = before} : StringUse{};
}

}  // namespace

bool PythonRules::is_keyword(std::string_view name) const { return is_in(kKeywords, name); }

bool PythonRules::is_container_method(std::string_view name) const { return is_in(kContainerMethods, name); }

bool PythonRules::is_vague_type(Node type) const {
  for (NodeId id = type.id(); id <= type.last_id(); ++id) {
    const Node node = type.tree().node(id);
    if (node.is("identifier") && is_in(kVagueTypes, node.text())) return true;
    if (node.is("string_content"))
      for (const auto vague : kVagueTypes)
        if (contains_word(node.text(), vague)) return true;
  }
  return false;
}

Use PythonRules::use(const Project&, const Model&, Node identifier) const {
  const Node parent = identifier.parent();
  if (parent.is("attribute") && identifier.field() == "attribute") return member_of(parent.get("object"));
  if (parent.is("keyword_argument") && identifier.field() == "name") return {.role = Role::unrelated};
  if (parent.is("keyword_pattern") && identifier == parent.named_child(0)) return {.role = Role::unrelated};
  if (parent.is("dotted_name")) return in_dotted_name(parent, identifier);
  if (parent.is("ERROR")) return {};
  return {.role = Role::name};
}

Shape PythonRules::shape(const Model&, Node node) const {
  const auto kind = node.kind();
  if (kind == "identifier") return {.kind = Shape::name, .text = node.text()};
  if (kind == "attribute") {
    const auto name = node.get("attribute").text();
    if (name == "modules" && node.get("object").text() == "sys") return {.kind = Shape::thing};
    return {.kind = Shape::member, .node = node.get("object"), .text = name};
  }
  if (kind == "call") {
    const Node callee = node.get("function");
    const auto name = last_part(callee);
    if (name == "super" && callee.is("identifier")) return {.kind = Shape::receiver};
    if (is_in(kGivesAnything, name)) return {};
    if (is_in(kHolds, name)) return {.kind = Shape::thing};
    return {.kind = Shape::call, .node = callee, .other = node.get("arguments")};
  }
  if (kind == "parenthesized_expression" || kind == "await" || kind == "type") return {.kind = Shape::same, .node = node.named_child(0)};
  if (kind == "assignment") return {.kind = Shape::same, .node = node.get("right")};
  if (kind == "named_expression") return {.kind = Shape::same, .node = node.get("value")};
  if (kind == "conditional_expression") return {.kind = Shape::either, .node = node.named_child(0), .other = node.named_child(2)};
  if (kind == "boolean_operator") return {.kind = Shape::either, .node = node.get("left"), .other = node.get("right")};
  if (kind == "none") return {.kind = Shape::nothing};
  if (node.is_any({"string", "concatenated_string", "integer", "float", "true", "false", "ellipsis", "comparison_operator",
                   "binary_operator", "not_operator", "unary_operator"}))
    return {.kind = Shape::foreign};
  if (node.is_any({"list", "tuple", "dictionary", "set", "list_comprehension", "dictionary_comprehension", "set_comprehension",
                   "generator_expression", "expression_list", "lambda"}))
    return {.kind = Shape::thing};
  // What is taken out of something foreign is foreign too; out of anything else it may be a module.
  if (kind == "subscript") return {.kind = Shape::member, .node = node.get("value"), .text = "[]"};
  return {};
}

StringUse PythonRules::string_use(const Model&, Node string) const {
  const Node whole = string.parent().is("concatenated_string") ? string.parent() : string;
  if (whole.parent().is("expression_statement")) return {.kind = StringUse::documentation};
  if (is_exports_list(string)) return {.kind = StringUse::exported_name};
  if (is_annotation(string)) return {.kind = StringUse::annotation};
  if (string.parent().is("argument_list")) return as_argument(string);
  if (string.parent().is("subscript") && string.field() == "subscript") {
    if (const FoundNames names = names_of(string.parent().get("value")); names.found)
      return {.kind = StringUse::lookup, .receiver = names.of};
  }
  return {};
}

bool PythonRules::is_injected(const Binding& binding) const {
  for (Node child : binding.value.parent().children()) {
    if (!child.is("decorator")) continue;
    const Node made = child.named_child(0);
    if (last_part(made.is("call") ? made.get("function") : made) == "fixture") return true;
  }
  return false;
}

bool PythonRules::is_defined_twice(const std::vector<Binding>& bindings) const {
  int plain = 0;
  for (const Binding& binding : bindings) {
    if (binding.kind != BindingKind::function && binding.kind != BindingKind::klass) continue;
    const Node wrapped = binding.value.parent().is("decorated_definition") ? binding.value.parent() : binding.value;
    if (!wrapped.parent().is("module")) continue;  // an `if` or a `try` chooses
    bool joins = false;                            // @overload, @name.register, @name.setter
    for (Node child : wrapped.children()) {
      if (!child.is("decorator")) continue;
      const auto text = child.text();
      joins = joins || text.ends_with("overload") || find_word(text, binding.name.text()) != std::string_view::npos;
    }
    plain += joins ? 0 : 1;
  }
  return plain > 1;
}

std::vector<Node> PythonRules::computed_lookups(const Model& model) const {
  std::vector<Node> out;
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (node.is("call")) {
      const Node arguments = node.get("arguments");
      const Node first = arguments.named_child(0), second = arguments.named_child(1);
      if (is_in(kLooksUp, last_part(node.get("function"))) && first && second && !second.is("string")) out.push_back(first);
    } else if (node.is("subscript") && !node.get("subscript").is("string")) {
      if (const FoundNames names = names_of(node.get("value")); names.found) out.push_back(names.of);
    }
  }
  return out;
}

}  // namespace argosy::code
