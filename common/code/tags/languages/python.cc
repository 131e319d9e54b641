#include <algorithm>

#include "common/code/tags/walk.h"

namespace argosy::code {
namespace {

enum Hooks : std::uint8_t { kAssignment = 1, kImport, kImportFrom };

bool is_constant_name(std::string_view name) {
  return std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

void define_target(Walk& walk, TSNode statement, TSNode target) {
  if (walk.is(target, "identifier")) {
    if (walk.in_code()) return walk.declare(target);
    const bool member = !walk.scope().name.empty();
    walk.define(statement, target, is_constant_name(walk.text(target)) ? TagKind::constant : member ? TagKind::field : TagKind::variable);
  } else if (walk.is(target, "pattern_list") || walk.is(target, "tuple_pattern") || walk.is(target, "list_pattern")) {
    const auto count = ts_node_named_child_count(target);
    for (std::uint32_t i = 0; i < count; ++i) define_target(walk, statement, ts_node_named_child(target, i));
  }
}

// "a.b" or, of "a.b as c", "a.b".
std::string_view imported_name(const Walk& walk, TSNode node) {
  const TSNode name = walk.is(node, "aliased_import") ? walk.get(node, "name") : node;
  return walk.text(name);
}

void read_import(Walk& walk, TSNode node) {
  const auto count = ts_node_named_child_count(node);
  for (std::uint32_t i = 0; i < count; ++i)
    walk.import({.module = std::string(imported_name(walk, ts_node_named_child(node, i))), .line = walk.line(node)});
}

void read_import_from(Walk& walk, TSNode node) {
  const TSNode module = walk.get(node, "module_name");
  ImportLine line{.module = ts_node_is_null(module) ? "__future__" : std::string(walk.text(module)), .line = walk.line(node)};
  const auto count = ts_node_named_child_count(node);
  for (std::uint32_t i = 0; i < count; ++i) {
    const TSNode name = ts_node_named_child(node, i);
    if (!ts_node_is_null(module) && ts_node_eq(name, module)) continue;
    if (walk.is(name, "wildcard_import")) line.names.emplace_back("*");
    if (walk.is(name, "dotted_name") || walk.is(name, "aliased_import")) line.names.emplace_back(imported_name(walk, name));
  }
  walk.import(std::move(line));
}

bool hook(Walk& walk, TSNode node, const Rule& rule) {
  switch (rule.hook) {
    case kAssignment:
      define_target(walk, node, walk.get(node, "left"));
      return true;
    case kImport:
      return read_import(walk, node), false;
    default:
      return read_import_from(walk, node), false;
  }
}

bool is_exported(const Walk&, TSNode, std::string_view name) {
  return !name.starts_with('_') || (name.starts_with("__") && name.ends_with("__"));
}

}  // namespace

const LanguageRules& python_tags() {
  static const LanguageRules rules(Language::python,
                                   {{
                                       {"identifier", Does::name},
                                       {"comment", Does::skip},
                                       {"class_definition", Does::define, TagKind::klass, "name", Opens::members},
                                       {"function_definition", Does::define, TagKind::function, "name", Opens::code},
                                       {"call", Does::call},
                                       {"assignment", Does::hook, TagKind::variable, "", Opens::nothing, kAssignment},
                                       {"import_statement", Does::hook, TagKind::module, "", Opens::nothing, kImport},
                                       {"import_from_statement", Does::hook, TagKind::module, "", Opens::nothing, kImportFrom},
                                       {"future_import_statement", Does::hook, TagKind::module, "", Opens::nothing, kImportFrom},
                                       {"parameters", Does::declare},
                                       {"lambda_parameters", Does::declare},
                                       {"default_parameter", Does::declare, TagKind::variable, "name"},
                                       {"typed_default_parameter", Does::declare, TagKind::variable, "name"},
                                       {"typed_parameter", Does::declare},
                                       {"list_splat_pattern", Does::declare},
                                       {"dictionary_splat_pattern", Does::declare},
                                       {"keyword_argument", Does::declare, TagKind::variable, "name"},
                                       {"for_statement", Does::declare, TagKind::variable, "left"},
                                       {"for_in_clause", Does::declare, TagKind::variable, "left"},
                                   }},
                                   hook, is_exported);
  return rules;
}

}  // namespace argosy::code
