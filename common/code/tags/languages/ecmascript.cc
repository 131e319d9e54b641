#include <algorithm>

#include "common/code/tags/walk.h"

namespace argosy::code {
namespace {

enum Hooks : std::uint8_t { kVariable = 1, kAssignment, kPair, kField, kSignature, kEnumBody, kImport, kExport, kCall };

constexpr std::string_view kExportsScope = "exports";

std::string_view unquoted(std::string_view text) { return text.size() >= 2 ? text.substr(1, text.size() - 2) : std::string_view(); }

bool is_code(const Walk& walk, TSNode value) {
  return walk.is(value, "arrow_function") || walk.is(value, "function_expression") || walk.is(value, "generator_function");
}

bool is_constant_name(std::string_view name) {
  return std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

// What a value makes of the name that it is given to.
void define_value(Walk& walk, TSNode whole, TSNode name, TSNode value, TagKind plain, TagKind function) {
  if (is_code(walk, value)) {
    walk.define(whole, name, function);
    walk.open(walk.text(name), function, Opens::code, false);
  } else if (walk.is(value, "class")) {
    walk.define(whole, name, TagKind::klass);
    walk.open(walk.text(name), TagKind::klass, Opens::members, walk.out().definitions.back().exported);
  } else if (walk.in_code()) {
    walk.declare(name);
  } else {
    walk.define(whole, name, plain);
  }
}

void read_variable(Walk& walk, TSNode node) {
  const TSNode name = walk.get(node, "name");
  if (!walk.is(name, "identifier")) return;
  define_value(walk, node, name, walk.get(node, "value"), is_constant_name(walk.text(name)) ? TagKind::constant : TagKind::variable,
               TagKind::function);
}

// "exports.f = function ...", "T.prototype.m = ...".
void read_assignment(Walk& walk, TSNode node) {
  const TSNode left = walk.get(node, "left"), right = walk.get(node, "right");
  if (walk.in_code() || !walk.is(left, "member_expression") || !(is_code(walk, right) || walk.is(right, "class"))) return;
  const TSNode name = walk.get(left, "property");
  auto object = walk.text(walk.get(left, "object"));
  const bool exported = object == kExportsScope || object == "module.exports";
  if (object.ends_with(".prototype")) object.remove_suffix(std::string_view(".prototype").size());
  const bool code = is_code(walk, right);
  const TagKind kind = !code ? TagKind::klass : exported ? TagKind::function : TagKind::method;
  walk.define(node, name, kind, exported || object.size() > 100 || object.contains('\n') ? walk.scope_id() : walk.spell(0, object));
  if (exported && !walk.out().definitions.empty()) walk.out().definitions.back().exported = true;
  walk.open(walk.text(name), kind, code ? Opens::code : Opens::members, exported);
}

void read_enum(Walk& walk, TSNode node) {
  TSTreeCursor cursor = ts_tree_cursor_new(node);  // there may be thousands
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
    const TSNode one = ts_tree_cursor_current_node(&cursor);
    if (walk.is(one, "enum_assignment")) walk.define(one, walk.get(one, "name"), TagKind::constant);
    if (walk.is(one, "property_identifier")) walk.define(one, one, TagKind::constant);
  }
  ts_tree_cursor_delete(&cursor);
}

void read_import(Walk& walk, TSNode node, std::string_view clause_kind) {
  const TSNode source = walk.get(node, "source");
  if (ts_node_is_null(source)) return;
  ImportLine line{.module = std::string(unquoted(walk.text(source))), .line = walk.line(node)};
  const TSNode clause = walk.child(node, clause_kind);
  const auto take = [&](TSNode list) {
    const auto count = ts_node_named_child_count(list);
    for (std::uint32_t i = 0; i < count; ++i)
      if (const TSNode name = walk.get(ts_node_named_child(list, i), "name"); !ts_node_is_null(name))
        line.names.emplace_back(walk.text(name));
  };
  const auto count = ts_node_is_null(clause) ? 0 : ts_node_named_child_count(clause);
  if (clause_kind == "export_clause" && !ts_node_is_null(clause)) take(clause);
  for (std::uint32_t i = 0; i < count && clause_kind == "import_clause"; ++i) {
    const TSNode part = ts_node_named_child(clause, i);
    if (walk.is(part, "identifier")) line.names.emplace_back("default");
    if (walk.is(part, "namespace_import")) line.names.emplace_back("*");
    if (walk.is(part, "named_imports")) take(part);
  }
  if (clause_kind == "export_clause" && line.names.empty()) line.names.emplace_back("*");
  walk.import(std::move(line));
}

void mark_exported(Walk& walk, std::string_view name) {
  for (auto& one : walk.out().definitions)
    if (one.name == name && one.scope == 0) one.exported = true;
}

// Returns whether there is more in it to read: a declaration.
bool read_export(Walk& walk, TSNode node) {
  if (!ts_node_is_null(walk.get(node, "source"))) return read_import(walk, node, "export_clause"), false;
  const TSNode clause = walk.child(node, "export_clause");
  const auto count = ts_node_is_null(clause) ? 0 : ts_node_named_child_count(clause);
  for (std::uint32_t i = 0; i < count; ++i) mark_exported(walk, walk.text(walk.get(ts_node_named_child(clause, i), "name")));
  if (const TSNode value = walk.get(node, "value"); walk.is(value, "identifier")) mark_exported(walk, walk.text(value));
  walk.open("", TagKind::module, Opens::nothing, true);
  return true;
}

void read_call(Walk& walk, TSNode node) {
  const TSNode function = ts_node_named_child(node, 0);
  if (ts_node_is_null(function)) return;
  if (const bool import = walk.is(function, "import"); !import) {
    walk.called(function);
    if (walk.text(function) != "require") return;
  }
  const TSNode arguments = walk.get(node, "arguments");
  const TSNode first = ts_node_is_null(arguments) ? arguments : ts_node_named_child(arguments, 0);
  if (walk.is(first, "string")) walk.import({.module = std::string(unquoted(walk.text(first))), .line = walk.line(node)});
}

bool hook(Walk& walk, TSNode node, const Rule& rule) {
  switch (rule.hook) {
    case kVariable:
      return read_variable(walk, node), true;
    case kAssignment:
      return read_assignment(walk, node), true;
    case kPair:
      if (!walk.in_code() && is_code(walk, walk.get(node, "value")))
        define_value(walk, node, walk.get(node, "key"), walk.get(node, "value"), TagKind::field, TagKind::method);
      return true;
    case kField: {
      const TSNode name = walk.get(node, "name");
      define_value(walk, node, ts_node_is_null(name) ? walk.get(node, "property") : name, walk.get(node, "value"), TagKind::field,
                   TagKind::method);
      return true;
    }
    case kSignature:
      if (!walk.in_code() && !walk.scope().name.empty() && walk.scope().kind != TagKind::module)
        walk.define(node, walk.get(node, "name"), rule.kind);
      return true;
    case kEnumBody:
      return read_enum(walk, node), true;
    case kImport:
      return read_import(walk, node, "import_clause"), false;
    case kExport:
      return read_export(walk, node);
    default:
      return read_call(walk, node), true;
  }
}

// Of a module what is exported, of a class all that is not private.
bool is_exported(const Walk& walk, TSNode node, std::string_view name) {
  if (walk.scope().opens == Opens::nothing) return true;
  if (walk.scope().name.empty()) return false;
  if (name.starts_with('#')) return false;
  const TSNode access = walk.child(node, "accessibility_modifier");
  return ts_node_is_null(access) || walk.text(access) != "private";
}

constexpr std::initializer_list<RuleText> kTable{
    {"identifier", Does::name},
    {"property_identifier", Does::name},
    {"private_property_identifier", Does::name},
    {"type_identifier", Does::name},
    {"shorthand_property_identifier", Does::name},
    {"comment", Does::skip},
    {"string", Does::skip},
    {"regex", Does::skip},
    {"function_declaration", Does::define, TagKind::function, "name", Opens::code},
    {"generator_function_declaration", Does::define, TagKind::function, "name", Opens::code},
    {"function_signature", Does::define, TagKind::function, "name"},
    {"class_declaration", Does::define, TagKind::klass, "name", Opens::members},
    {"abstract_class_declaration", Does::define, TagKind::klass, "name", Opens::members},
    {"interface_declaration", Does::define, TagKind::interface, "name", Opens::members},
    {"enum_declaration", Does::define, TagKind::enumeration, "name", Opens::members},
    {"type_alias_declaration", Does::define, TagKind::type, "name", Opens::members},
    {"internal_module", Does::define, TagKind::module, "name", Opens::members},
    {"module", Does::define, TagKind::module, "name", Opens::members},
    {"method_definition", Does::define, TagKind::method, "name", Opens::code},
    {"method_signature", Does::hook, TagKind::method, "name", Opens::nothing, kSignature},
    {"abstract_method_signature", Does::hook, TagKind::method, "name", Opens::nothing, kSignature},
    {"property_signature", Does::hook, TagKind::field, "name", Opens::nothing, kSignature},
    {"public_field_definition", Does::hook, TagKind::field, "name", Opens::nothing, kField},
    {"field_definition", Does::hook, TagKind::field, "property", Opens::nothing, kField},
    {"enum_body", Does::hook, TagKind::constant, "", Opens::nothing, kEnumBody},
    {"variable_declarator", Does::hook, TagKind::variable, "name", Opens::nothing, kVariable},
    {"assignment_expression", Does::hook, TagKind::method, "", Opens::nothing, kAssignment},
    {"pair", Does::hook, TagKind::method, "key", Opens::nothing, kPair},
    {"import_statement", Does::hook, TagKind::module, "", Opens::nothing, kImport},
    {"export_statement", Does::hook, TagKind::module, "", Opens::nothing, kExport},
    {"call_expression", Does::hook, TagKind::function, "", Opens::nothing, kCall},
    {"new_expression", Does::call, TagKind::klass, "constructor"},
    {"formal_parameters", Does::declare},
    {"required_parameter", Does::declare, TagKind::variable, "pattern"},
    {"optional_parameter", Does::declare, TagKind::variable, "pattern"},
    {"arrow_function", Does::declare, TagKind::variable, "parameter"},
    {"catch_clause", Does::declare, TagKind::variable, "parameter"},
    {"for_in_statement", Does::declare, TagKind::variable, "left"},
    {"index_signature", Does::declare, TagKind::variable, "name"},
    {"type_parameter", Does::declare, TagKind::variable, "name"},
    {"array_pattern", Does::declare},
    {"rest_pattern", Does::declare},
};

}  // namespace

const LanguageRules& ecmascript_tags(Language language) {
  static const LanguageRules javascript(Language::javascript, {kTable}, hook, is_exported);
  static const LanguageRules typescript(Language::typescript, {kTable}, hook, is_exported);
  static const LanguageRules tsx(Language::tsx, {kTable}, hook, is_exported);
  return language == Language::javascript ? javascript : language == Language::tsx ? tsx : typescript;
}

}  // namespace argosy::code
