#include "common/code/tags/walk.h"

namespace argosy::code {
namespace {

enum Hooks : std::uint8_t { kFunction = 1, kDeclaration, kParameter, kType, kTypedef, kInclude, kAccess, kBases, kNamespace };

// What a declarator gives a name to, and whether that is a function. Pointers, arrays, parentheses and references lie around the name.
struct Declared {
  TSNode name{};
  bool function = false;
  std::string_view scope{};  // "A::B" of "A::B::f"
};

Declared declared_by(const Walk& walk, TSNode declarator) {
  Declared out;
  bool pointer = false;
  while (!ts_node_is_null(declarator)) {
    if (walk.is(declarator, "qualified_identifier")) {
      const TSNode scope = walk.get(declarator, "scope");
      const TSNode name = walk.get(declarator, "name");
      if (!ts_node_is_null(scope) && !ts_node_is_null(name)) {
        const auto start = out.scope.empty() ? walk.text(scope).data() : out.scope.data();
        out.scope = {start, static_cast<std::size_t>(walk.text(scope).data() + walk.text(scope).size() - start)};
      }
      declarator = name;
      continue;
    }
    if (walk.is(declarator, "template_function") || walk.is(declarator, "template_method")) {
      declarator = walk.get(declarator, "name");
      continue;
    }
    if (walk.is(declarator, "identifier") || walk.is(declarator, "field_identifier") || walk.is(declarator, "type_identifier") ||
        walk.is(declarator, "destructor_name") || walk.is(declarator, "operator_name") || walk.is(declarator, "operator_cast")) {
      out.name = declarator;
      return out;
    }
    if (walk.is(declarator, "function_declarator")) out.function = !pointer;
    // "(*f)(int)" is a variable.
    if (walk.is(declarator, "pointer_declarator") && out.function) out.function = false;
    if (walk.is(declarator, "parenthesized_declarator")) pointer = false;
    const TSNode inner = walk.get(declarator, "declarator");
    if (ts_node_is_null(inner) && (walk.is(declarator, "parenthesized_declarator") || walk.is(declarator, "reference_declarator") ||
                                   walk.is(declarator, "attributed_declarator")))
      declarator = ts_node_named_child(declarator, 0);
    else
      declarator = inner;
  }
  return out;
}

// Of those before the first declarator: thousands may follow, and each of them asks.
bool has_specifier(const Walk& walk, TSNode node, std::string_view kind, std::string_view word) {
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  bool found = false;
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more && !found; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
    const char* const field = ts_tree_cursor_current_field_name(&cursor);
    if (field != nullptr && std::string_view(field) == "declarator") break;
    const TSNode one = ts_tree_cursor_current_node(&cursor);
    found = walk.is(one, kind) && walk.text(one) == word;
  }
  ts_tree_cursor_delete(&cursor);
  return found;
}

bool is_member(const Walk& walk) { return walk.scope().kind != TagKind::module; }

void define_function(Walk& walk, TSNode node) {
  const auto found = declared_by(walk, walk.get(node, "declarator"));
  if (ts_node_is_null(found.name)) return walk.open("", TagKind::function, Opens::code, false);
  const TagKind kind = is_member(walk) || !found.scope.empty() ? TagKind::method : TagKind::function;
  auto scope = walk.scope_id();
  if (!found.scope.empty()) scope = walk.spell(scope, found.scope);
  walk.define(node, found.name, kind, scope);
  walk.open(walk.text(found.name), kind, Opens::code, false);
}

// Variables, prototypes and members: a list of declarators behind one type.
void define_declared(Walk& walk, TSNode node, const Rule& rule) {
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
    if (ts_tree_cursor_current_field_id(&cursor) != rule.field) continue;
    const auto found = declared_by(walk, ts_tree_cursor_current_node(&cursor));
    if (ts_node_is_null(found.name)) continue;
    if (walk.in_code() || !found.scope.empty()) {
      walk.declare(found.name);
      continue;
    }
    const bool member = is_member(walk);
    const bool constant = has_specifier(walk, node, "type_qualifier", "const") || has_specifier(walk, node, "type_qualifier", "constexpr");
    if (!found.function && has_specifier(walk, node, "storage_class_specifier", "extern"))
      walk.declare(found.name);  // it is defined elsewhere
    else
      walk.define(node, found.name,
                  found.function ? (member ? TagKind::method : TagKind::function)
                                 : (member     ? TagKind::field
                                    : constant ? TagKind::constant
                                               : TagKind::variable));
  }
  ts_tree_cursor_delete(&cursor);
}

void define_type(Walk& walk, TSNode node, TagKind kind) {
  if (ts_node_is_null(walk.get(node, "body"))) return;  // a use, or announced
  const TSNode name = walk.get(node, "name");
  const bool is_public = kind != TagKind::klass;
  if (walk.is(name, "type_identifier")) {
    walk.define(node, name, kind);
    const bool exported = walk.out().definitions.back().exported;
    walk.open(walk.text(name), kind, Opens::members, exported);
  } else if (ts_node_is_null(name) && is_member(walk) && kind == TagKind::structure) {
    return;  // its members are those of what is around
  } else {
    walk.open("", kind, Opens::members, true);
  }
  // Members are private until it says otherwise.
  if (!is_public) walk.scope().exported = false;
}

void define_typedef(Walk& walk, TSNode node, const Rule& rule) {
  const TSNode type = walk.get(node, "type");
  const bool plain = !ts_node_is_null(type) && ts_node_is_null(walk.get(type, "name")) && !ts_node_is_null(walk.get(type, "body"));
  const TagKind kind = !plain ? TagKind::type : walk.is(type, "enum_specifier") ? TagKind::enumeration : TagKind::structure;
  TSNode first{};
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
    if (ts_tree_cursor_current_field_id(&cursor) != rule.field) continue;
    const auto found = declared_by(walk, ts_tree_cursor_current_node(&cursor));
    if (ts_node_is_null(found.name)) continue;
    if (ts_node_is_null(first)) first = found.name;
    walk.in_code() ? walk.declare(found.name) : walk.define(node, found.name, kind);
  }
  ts_tree_cursor_delete(&cursor);
  if (plain && !ts_node_is_null(first)) walk.open(walk.text(first), kind, Opens::members, true);
}

void open_namespace(Walk& walk, TSNode node) {
  const TSNode name = walk.get(node, "name");
  if (ts_node_is_null(name)) return walk.open("", TagKind::module, Opens::members, false);
  auto scope = walk.scope_id();
  TSNode last = name;  // of "a::b::c"
  while (walk.is(last, "nested_namespace_specifier") && ts_node_named_child_count(last) > 1) {
    const TSNode first = ts_node_named_child(last, 0);
    walk.declare(first);
    scope = walk.spell(scope, walk.text(first));
    last = ts_node_named_child(last, ts_node_named_child_count(last) - 1);
  }
  walk.define(node, last, TagKind::module, scope);
  walk.open(walk.text(name), TagKind::module, Opens::members, true);
}

void read_include(Walk& walk, TSNode node) {
  const TSNode path = walk.get(node, "path");
  if (ts_node_is_null(path)) return;
  auto text = walk.text(path);
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  walk.import({.module = std::string(text), .line = walk.line(node)});
}

bool hook(Walk& walk, TSNode node, const Rule& rule) {
  switch (rule.hook) {
    case kFunction:
      return define_function(walk, node), true;
    case kDeclaration:
      return define_declared(walk, node, rule), true;
    case kParameter:
      walk.declare(declared_by(walk, walk.get(node, "declarator")).name);
      return true;
    case kType:
      return define_type(walk, node, rule.kind), true;
    case kTypedef:
      return define_typedef(walk, node, rule), true;
    case kInclude:
      return read_include(walk, node), false;
    case kAccess:
      if (walk.parent().hook != kBases) walk.scope().exported = walk.text(node) != "private";
      return true;
    case kBases:
      return true;
    default:
      return open_namespace(walk, node), true;
  }
}

bool is_exported(const Walk& walk, TSNode node, std::string_view) {
  return is_member(walk) || !has_specifier(walk, node, "storage_class_specifier", "static");
}

constexpr std::initializer_list<RuleText> kTable{
    {"identifier", Does::name},
    {"field_identifier", Does::name},
    {"type_identifier", Does::name},
    {"namespace_identifier", Does::name},
    {"comment", Does::skip},
    {"string_literal", Does::skip},
    {"function_definition", Does::hook, TagKind::function, "declarator", Opens::code, kFunction},
    {"inline_method_definition", Does::hook, TagKind::function, "declarator", Opens::code, kFunction},
    {"declaration", Does::hook, TagKind::variable, "declarator", Opens::nothing, kDeclaration},
    {"field_declaration", Does::hook, TagKind::field, "declarator", Opens::nothing, kDeclaration},
    {"parameter_declaration", Does::hook, TagKind::variable, "", Opens::nothing, kParameter},
    {"optional_parameter_declaration", Does::hook, TagKind::variable, "", Opens::nothing, kParameter},
    {"type_parameter_declaration", Does::declare},
    {"struct_specifier", Does::hook, TagKind::structure, "name", Opens::members, kType},
    {"union_specifier", Does::hook, TagKind::structure, "name", Opens::members, kType},
    {"class_specifier", Does::hook, TagKind::klass, "name", Opens::members, kType},
    {"enum_specifier", Does::hook, TagKind::enumeration, "name", Opens::members, kType},
    {"enumerator", Does::define, TagKind::constant, "name"},
    {"type_definition", Does::hook, TagKind::type, "declarator", Opens::members, kTypedef},
    {"alias_declaration", Does::define, TagKind::type, "name"},
    {"concept_definition", Does::define, TagKind::type, "name"},
    {"namespace_definition", Does::hook, TagKind::module, "name", Opens::members, kNamespace},
    {"base_class_clause", Does::hook, TagKind::klass, "", Opens::nothing, kBases},
    {"access_specifier", Does::hook, TagKind::module, "", Opens::nothing, kAccess},
    {"preproc_def", Does::define, TagKind::macro, "name"},
    {"preproc_function_def", Does::define, TagKind::macro, "name"},
    {"preproc_params", Does::skip},
    {"preproc_include", Does::hook, TagKind::module, "", Opens::nothing, kInclude},
    {"call_expression", Does::call},
    {"template_function", Does::callee},
    {"template_method", Does::callee},
    {"template_type", Does::callee},
    {"new_expression", Does::call, TagKind::klass, "type"},
};

}  // namespace

const LanguageRules& c_tags(Language language) {
  static const LanguageRules c(Language::c, {kTable}, hook, is_exported);
  static const LanguageRules cpp(Language::cpp, {kTable}, hook, is_exported);
  return language == Language::c ? c : cpp;
}

}  // namespace argosy::code
