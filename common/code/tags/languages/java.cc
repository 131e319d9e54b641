#include "common/code/tags/walk.h"

namespace argosy::code {
namespace {

enum Hooks : std::uint8_t { kField = 1, kImport, kPackage, kLambda };

bool has_modifier(const Walk& walk, TSNode node, std::string_view word) {
  const TSNode modifiers = walk.child(node, "modifiers");
  if (ts_node_is_null(modifiers)) return false;
  const auto count = ts_node_child_count(modifiers);
  for (std::uint32_t i = 0; i < count; ++i)
    if (walk.is(ts_node_child(modifiers, i), word)) return true;
  return false;
}

void define_fields(Walk& walk, TSNode node, TagKind kind) {
  if (has_modifier(walk, node, "static") && has_modifier(walk, node, "final")) kind = TagKind::constant;
  const auto count = ts_node_named_child_count(node);
  for (std::uint32_t i = 0; i < count; ++i)
    if (const TSNode one = ts_node_named_child(node, i); walk.is(one, "variable_declarator"))
      walk.define(node, walk.get(one, "name"), kind);
}

void read_import(Walk& walk, TSNode node) {
  ImportLine line{.module = "", .line = walk.line(node)};
  const auto count = ts_node_named_child_count(node);
  for (std::uint32_t i = 0; i < count; ++i) {
    const TSNode part = ts_node_named_child(node, i);
    if (walk.is(part, "asterisk")) line.names.emplace_back("*");
    if (walk.is(part, "scoped_identifier") || walk.is(part, "identifier")) line.module = walk.text(part);
  }
  walk.import(std::move(line));
}

void read_package(Walk& walk, TSNode node) {
  const auto count = ts_node_named_child_count(node);
  for (std::uint32_t i = 0; i < count; ++i)
    if (const TSNode part = ts_node_named_child(node, i); walk.is(part, "scoped_identifier") || walk.is(part, "identifier"))
      walk.out().package = walk.text(part);
}

bool hook(Walk& walk, TSNode node, const Rule& rule) {
  switch (rule.hook) {
    case kField:
      return define_fields(walk, node, rule.kind), true;
    case kImport:
      return read_import(walk, node), false;
    case kPackage:
      return read_package(walk, node), false;
    default:
      if (const TSNode one = walk.get(node, "parameters"); walk.is(one, "identifier")) walk.declare(one);
      return true;
  }
}

// What packages and heirs can reach does not count: it is public, protected, or a member of what makes all public.
bool is_exported(const Walk& walk, TSNode node, std::string_view) {
  const auto around = walk.scope().kind;
  if (around == TagKind::interface) return !has_modifier(walk, node, "private");
  if (walk.is(node, "enum_constant")) return true;
  return has_modifier(walk, node, "public") || has_modifier(walk, node, "protected");
}

}  // namespace

const LanguageRules& java_tags() {
  static const LanguageRules rules(Language::java,
                                   {{
                                       {"identifier", Does::name},
                                       {"type_identifier", Does::name},
                                       {"line_comment", Does::skip},
                                       {"block_comment", Does::skip},
                                       {"class_declaration", Does::define, TagKind::klass, "name", Opens::members},
                                       {"record_declaration", Does::define, TagKind::klass, "name", Opens::members},
                                       {"interface_declaration", Does::define, TagKind::interface, "name", Opens::members},
                                       {"annotation_type_declaration", Does::define, TagKind::interface, "name", Opens::members},
                                       {"enum_declaration", Does::define, TagKind::enumeration, "name", Opens::members},
                                       {"method_declaration", Does::define, TagKind::method, "name", Opens::code},
                                       {"constructor_declaration", Does::define, TagKind::method, "name", Opens::code},
                                       {"compact_constructor_declaration", Does::define, TagKind::method, "name", Opens::code},
                                       {"annotation_type_element_declaration", Does::define, TagKind::method, "name"},
                                       {"field_declaration", Does::hook, TagKind::field, "", Opens::nothing, kField},
                                       {"constant_declaration", Does::hook, TagKind::constant, "", Opens::nothing, kField},
                                       {"enum_constant", Does::define, TagKind::constant, "name"},
                                       {"variable_declarator", Does::declare, TagKind::variable, "name"},
                                       {"formal_parameter", Does::declare, TagKind::variable, "name"},
                                       {"catch_formal_parameter", Does::declare, TagKind::variable, "name"},
                                       {"enhanced_for_statement", Does::declare, TagKind::variable, "name"},
                                       {"resource", Does::declare, TagKind::variable, "name"},
                                       {"inferred_parameters", Does::declare},
                                       {"type_parameter", Does::declare},
                                       {"lambda_expression", Does::hook, TagKind::variable, "", Opens::nothing, kLambda},
                                       {"element_value_pair", Does::declare, TagKind::variable, "key"},
                                       {"method_invocation", Does::call, TagKind::method, "name"},
                                       {"object_creation_expression", Does::call, TagKind::klass, "type"},
                                       {"generic_type", Does::callee},
                                       {"import_declaration", Does::hook, TagKind::module, "", Opens::nothing, kImport},
                                       {"package_declaration", Does::hook, TagKind::module, "", Opens::nothing, kPackage},
                                   }},
                                   hook, is_exported);
  return rules;
}

}  // namespace argosy::code
