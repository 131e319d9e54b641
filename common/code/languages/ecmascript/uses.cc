// What identifiers and strings stand for in JavaScript and TypeScript.
#include <algorithm>
#include <array>

#include "common/code/languages/ecmascript/ecmascript.h"

namespace argosy::code {
namespace {

constexpr auto kKeywords = std::to_array<std::string_view>(
    {"arguments", "await",   "break",      "case",      "catch",  "class",      "const",     "continue", "debugger", "default",
     "delete",    "do",      "else",       "enum",      "eval",   "export",     "extends",   "false",    "finally",  "for",
     "function",  "if",      "implements", "import",    "in",     "instanceof", "interface", "let",      "new",      "null",
     "package",   "private", "protected",  "public",    "return", "static",     "super",     "switch",   "this",     "throw",
     "true",      "try",     "typeof",     "undefined", "var",    "void",       "while",     "with",     "yield"});

// jest.mock("m", () => ({ name: ... })): the keys stand for what the module exports.
constexpr auto kMocks = std::to_array<std::string_view>({"mock", "doMock", "unstable_mockModule", "setMock"});
// Calls that look a member up by its string: the object comes first.
constexpr auto kLooksUp = std::to_array<std::string_view>(
    {"spyOn", "stub", "replace", "replaceProperty", "defineProperty", "getOwnPropertyDescriptor", "has", "get"});

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

std::string_view last_part(Node callee) { return callee.is("member_expression") ? callee.get("property").text() : callee.text(); }

Use unrelated() { return {.role = Role::unrelated}; }

Use member_of(Node object, Space space = Space::both) { return {.role = Role::member, .object = object, .import = {}, .space = space}; }

std::string source_of(Node statement) { return std::string(content_of(statement.get("source").text())); }

// A key of an object literal: of the exports, of a mock of a module, or of nothing that matters here.
Use key_of(const Model& model, Node key) {
  const Node object = key.is("shorthand_property_identifier") || key.parent().is("object") ? key.parent() : key.parent().parent();
  if (!object.is("object")) return unrelated();  // a class's member
  if (model.own_objects.contains(object.id())) return {.role = Role::export_name};
  for (Node around = object.parent(), inner = object; around; inner = around, around = around.parent()) {
    if (around.is("call_expression") && inner.field() == "arguments") {
      const Node first = inner.named_child(0), callee = around.get("function");
      if (!first.is("string") || first.contains(object)) continue;
      const bool direct = is_in(kMocks, last_part(callee)) && !object.around({"object", "call_expression"}).is("object");
      return {.role = Role::import_name,
              .object = {},
              .import = {std::string(content_of(first.text())), std::string(key.text())},
              .doubtful = !direct};
    }
    if (around.is_any({"expression_statement", "class_body", "program"})) break;
  }
  return unrelated();
}

Use in_specifier(Node identifier) {
  const Node specifier = identifier.parent(), statement = specifier.around({"import_statement", "export_statement"});
  const bool is_alias = identifier.field() == "alias";
  if (specifier.is("import_specifier")) {
    if (is_alias) return {.role = Role::name};
    return {.role = Role::import_name, .object = {}, .import = {source_of(statement), std::string(identifier.text())}};
  }
  if (is_alias) return {.role = Role::export_name};
  if (statement.get("source"))
    return {.role = Role::import_name, .object = {}, .import = {source_of(statement), std::string(identifier.text())}};
  return {.role = Role::name};
}

// Inside `declare module "./m"` a declaration adds to that module's: whether the names are one, only a type checker knows.
bool augments(const Project& project, const Model& model, const Rules& rules, Node identifier) {
  for (Node module = identifier.around({"module"}); module; module = module.around({"module"}))
    if (module.get("name").is("string") && !rules.resolve(project, model, content_of(module.get("name").text())).empty()) return true;
  return false;
}

}  // namespace

bool EcmaScriptRules::is_keyword(std::string_view name) const { return is_in(kKeywords, name); }

bool EcmaScriptRules::is_identifier(Node node) const {
  return node.is_any(
      {"identifier", "type_identifier", "property_identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern"});
}

Use EcmaScriptRules::use(const Project& project, const Model& model, Node identifier) const {
  const Node parent = identifier.parent();
  const auto kind = identifier.kind(), field = identifier.field();
  if (parent.is("ERROR") || identifier.around({"with_statement"})) return {};
  if (augments(project, model, *this, identifier)) return {};
  if (parent.is_any({"import_specifier", "export_specifier"})) return in_specifier(identifier);
  if (parent.is("namespace_export")) return {.role = Role::export_name};
  if (parent.is("export_statement") && parent.child("as")) return unrelated();  // export as namespace Name
  if ((parent.is("member_expression") || parent.is("nested_identifier")) && field == "property") return member_of(parent.get("object"));
  if (parent.is("nested_type_identifier") && field == "name") return member_of(parent.get("module"), Space::type);
  if (kind == "shorthand_property_identifier") {
    const Use key = key_of(model, identifier);
    if (key.role == Role::import_name) return {};
    return {.role = Role::shorthand, .object = key.role == Role::export_name ? parent : Node(), .import = {}, .space = Space::value};
  }
  if (kind == "shorthand_property_identifier_pattern")
    return {.role = Role::destructured,
            .object = parent.is("object_assignment_pattern") ? parent.parent() : parent,
            .import = {},
            .space = Space::value};
  if (kind == "property_identifier") {
    if (parent.is("pair_pattern") && field == "key") return member_of(parent.parent());
    if (parent.is("pair") || parent.is("method_definition")) return key_of(model, identifier);
    return unrelated();
  }
  if (kind == "type_identifier") return {.role = Role::name, .object = {}, .import = {}, .space = Space::type};
  if (parent.is("index_signature") || parent.is("jsx_namespace_name")) return unrelated();
  if (parent.is("required_parameter") || parent.is("optional_parameter")) {
    if (parent.parent().is("tuple_type") && field == "name") return unrelated();
  }
  const bool tag = parent.is_any({"jsx_opening_element", "jsx_closing_element", "jsx_self_closing_element"});
  if (tag && identifier.text().front() >= 'a' && identifier.text().front() <= 'z') return unrelated();  // <div>
  const bool both = parent.is_any({"export_statement", "nested_identifier", "nested_type_identifier", "import_clause", "import_alias"});
  return {.role = Role::name, .object = {}, .import = {}, .space = both ? Space::both : Space::value};
}

StringUse EcmaScriptRules::string_use(const Model& model, Node string) const {
  const Node parent = string.parent();
  if (string.field() == "source") return {.kind = StringUse::path};
  if (parent.is("module")) return {.kind = StringUse::path};
  if (parent.is("pair") && string.field() == "key" && model.own_objects.contains(parent.parent().id()))
    return {.kind = StringUse::exported_name};
  if (parent.is("pair") && string.field() == "key") {
    const Use key = key_of(model, string);
    if (key.role == Role::import_name)
      return {.kind = StringUse::lookup, .receiver = parent.around({"call_expression"}).get("arguments").named_child(0)};
  }
  if (parent.is("subscript_expression") && string.field() == "index") return {.kind = StringUse::lookup, .receiver = parent.get("object")};
  if (parent.is("binary_expression") && string.field() == "left" && parent.get("operator").text() == "in")
    return {.kind = StringUse::lookup, .receiver = parent.get("right")};
  if (!parent.is("arguments")) return {};
  const Node call = parent.parent(), first = parent.named_child(0);
  if (loaded_module(model, call)) return {.kind = StringUse::path};
  if (first == string) return {};
  if (is_in(kLooksUp, last_part(call.get("function")))) return {.kind = StringUse::lookup, .receiver = first};
  const Node before = string.previous().previous();
  return before && before.named() ? StringUse{.kind = StringUse::argument, .receiver = before} : StringUse{};
}

std::vector<Node> EcmaScriptRules::computed_lookups(const Model& model) const {
  std::vector<Node> out;
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (node.is("subscript_expression") && !node.get("index").is_any({"string", "number"})) out.push_back(node.get("object"));
    // for (const name of Object.keys(m)), Object.entries(m)
    if (node.is("call_expression") && node.get("function").text().starts_with("Object.") && node.get("arguments").named_child(0))
      out.push_back(node.get("arguments").named_child(0));
  }
  return out;
}

bool EcmaScriptRules::is_defined_twice(const std::vector<Binding>& bindings) const {
  const auto plain = [](const Binding& b) {
    return b.value.is_any({"function_declaration", "class_declaration", "generator_function_declaration"});
  };
  return std::ranges::count_if(bindings, plain) > 1;
}

bool EcmaScriptRules::is_vague_type(Node type) const {
  const Node inner = type.is("type_annotation") ? type.named_child(0) : type;
  if (inner.is_any({"predefined_type", "object_type"}) &&
      (inner.text() == "any" || inner.text() == "unknown" || inner.text() == "object" || inner.text() == "{}"))
    return true;
  for (NodeId id = type.id(); id <= type.last_id(); ++id)
    if (type.tree().node(id).is("type_query")) return true;
  return false;
}

}  // namespace argosy::code
