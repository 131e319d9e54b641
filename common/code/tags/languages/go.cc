#include "common/code/tags/walk.h"

namespace argosy::code {
namespace {

enum Hooks : std::uint8_t { kMethod = 1, kType, kNames, kShortVariables, kImport, kPackage };

// "T" of "func (t *T[K]) m()".
std::string_view receiver_type(const Walk& walk, TSNode method) {
  const TSNode declared = walk.child(walk.get(method, "receiver"), "parameter_declaration");
  TSNode type = ts_node_is_null(declared) ? declared : walk.get(declared, "type");
  while (walk.is(type, "pointer_type") || walk.is(type, "parenthesized_type")) type = ts_node_named_child(type, 0);
  if (walk.is(type, "generic_type")) type = walk.get(type, "type");
  return ts_node_is_null(type) ? std::string_view() : walk.text(type);
}

void define_method(Walk& walk, TSNode node) {
  const TSNode name = walk.get(node, "name");
  if (ts_node_is_null(name)) return;
  const auto type = receiver_type(walk, node);
  walk.define(node, name, TagKind::method, type.empty() ? 0 : walk.spell(0, type));
  walk.open(type, TagKind::structure, Opens::members, true);
  walk.open(walk.text(name), TagKind::method, Opens::code, false);
}

void define_type(Walk& walk, TSNode node) {
  const TSNode name = walk.get(node, "name"), type = walk.get(node, "type");
  if (ts_node_is_null(name)) return;
  const TagKind kind = walk.is(type, "struct_type") ? TagKind::structure : walk.is(type, "interface_type") ? TagKind::interface : TagKind::type;
  walk.define(node, name, kind);
  walk.open(walk.text(name), kind, Opens::members, true);
}

// What stands in the field "name", of which there may be several.
void define_names(Walk& walk, TSNode node, const Rule& rule) {
  if (rule.kind == TagKind::field && walk.scope().name.empty()) return;  // of a struct without a name
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more; more = ts_tree_cursor_goto_next_sibling(&cursor)) {
    if (ts_tree_cursor_current_field_id(&cursor) != rule.field) continue;
    const TSNode name = ts_tree_cursor_current_node(&cursor);
    if (!ts_node_is_named(name)) continue;
    if (walk.in_code() || walk.text(name) == "_")
      walk.declare(name);
    else
      walk.define(node, name, rule.kind);
  }
  ts_tree_cursor_delete(&cursor);
}

void declare_all(Walk& walk, TSNode list) {
  const auto count = ts_node_is_null(list) ? 0 : ts_node_named_child_count(list);
  for (std::uint32_t i = 0; i < count; ++i) walk.declare(ts_node_named_child(list, i));
}

void read_import(Walk& walk, TSNode node) {
  const TSNode path = walk.get(node, "path");
  if (ts_node_is_null(path)) return;
  auto text = walk.text(path);
  if (text.size() >= 2) text = text.substr(1, text.size() - 2);
  walk.import({.module = std::string(text), .line = walk.line(node)});
}

bool hook(Walk& walk, TSNode node, const Rule& rule) {
  switch (rule.hook) {
    case kMethod:
      return define_method(walk, node), true;
    case kType:
      return define_type(walk, node), true;
    case kNames:
      return define_names(walk, node, rule), true;
    case kShortVariables:
      return declare_all(walk, walk.get(node, "left")), true;
    case kImport:
      return read_import(walk, node), false;
    default:
      walk.out().package = walk.text(ts_node_named_child(node, 0));
      return false;
  }
}

bool is_exported(const Walk&, TSNode, std::string_view name) {
  // Letters beyond ASCII are upper case too seldom to be asked about.
  return name.front() >= 'A' && name.front() <= 'Z';
}

}  // namespace

const LanguageRules& go_tags() {
  static const LanguageRules rules(Language::go,
                                   {{
                                       {"identifier", Does::name},
                                       {"type_identifier", Does::name},
                                       {"field_identifier", Does::name},
                                       {"package_identifier", Does::name},
                                       {"comment", Does::skip},
                                       {"interpreted_string_literal", Does::skip},
                                       {"raw_string_literal", Does::skip},
                                       {"function_declaration", Does::define, TagKind::function, "name", Opens::code},
                                       {"method_declaration", Does::hook, TagKind::method, "", Opens::code, kMethod},
                                       {"type_spec", Does::hook, TagKind::type, "", Opens::members, kType},
                                       {"type_alias", Does::hook, TagKind::type, "", Opens::members, kType},
                                       {"const_spec", Does::hook, TagKind::constant, "name", Opens::nothing, kNames},
                                       {"var_spec", Does::hook, TagKind::variable, "name", Opens::nothing, kNames},
                                       {"field_declaration", Does::hook, TagKind::field, "name", Opens::nothing, kNames},
                                       {"method_elem", Does::define, TagKind::method, "name"},
                                       {"parameter_declaration", Does::declare, TagKind::variable, "name"},
                                       {"variadic_parameter_declaration", Does::declare, TagKind::variable, "name"},
                                       {"type_parameter_declaration", Does::declare, TagKind::variable, "name"},
                                       {"short_var_declaration", Does::hook, TagKind::variable, "", Opens::nothing, kShortVariables},
                                       {"range_clause", Does::hook, TagKind::variable, "", Opens::nothing, kShortVariables},
                                       {"call_expression", Does::call},
                                       {"import_spec", Does::hook, TagKind::module, "", Opens::nothing, kImport},
                                       {"package_clause", Does::hook, TagKind::module, "", Opens::nothing, kPackage},
                                   }},
                                   hook, is_exported);
  return rules;
}

}  // namespace argosy::code
