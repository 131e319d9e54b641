#include "common/code/tags/walk.h"

namespace argosy::code {
namespace {

enum Hooks : std::uint8_t { kImplementation = 1, kModule, kUse, kExternCrate };

// "T" of "a::T<K>" and of "&T".
TSNode type_name(const Walk& walk, TSNode type) {
  while (!ts_node_is_null(type)) {
    if (walk.is(type, "generic_type") || walk.is(type, "reference_type"))
      type = walk.get(type, "type");
    else if (walk.is(type, "scoped_type_identifier"))
      type = walk.get(type, "name");
    else
      break;
  }
  return type;
}

void open_implementation(Walk& walk, TSNode node) {
  const TSNode type = type_name(walk, walk.get(node, "type"));
  if (ts_node_is_null(type)) return;
  // What a trait asks for is as visible as the trait.
  const bool of_trait = !ts_node_is_null(walk.get(node, "trait"));
  walk.open(walk.text(type), of_trait ? TagKind::interface : TagKind::structure, Opens::members, true);
}

bool define_module(Walk& walk, TSNode node) {
  const TSNode name = walk.get(node, "name");
  if (ts_node_is_null(name)) return true;
  walk.define(node, name, TagKind::module);
  if (ts_node_is_null(walk.get(node, "body")))
    walk.import({.module = "mod " + std::string(walk.text(name)), .line = walk.line(node)});
  else
    walk.open(walk.text(name), TagKind::module, Opens::members, walk.out().definitions.back().exported);
  return true;
}

std::string joined(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "::" + std::string(name);
}

// One line for each path in a tree of uses: "a::{b::C, D}" gives a::b {C} and a {D}. `depth` ends what no person nests.
void read_use(Walk& walk, TSNode node, const std::string& path, ImportLine& here, int depth) {
  if (ts_node_is_null(node) || depth > 16) return;
  if (walk.is(node, "use_as_clause")) return read_use(walk, walk.get(node, "path"), path, here, depth + 1);
  if (walk.is(node, "use_wildcard")) {
    const TSNode from = ts_node_named_child(node, 0);
    const auto module = ts_node_is_null(from) ? path : joined(path, walk.text(from));
    return module == here.module ? here.names.emplace_back("*"),
           void()                : walk.import({.module = module, .names = {"*"}, .line = walk.line(node)});
  }
  if (walk.is(node, "scoped_use_list") || walk.is(node, "use_list")) {
    const TSNode from = walk.get(node, "path");
    const TSNode list = walk.is(node, "use_list") ? node : walk.get(node, "list");
    ImportLine inner{.module = ts_node_is_null(from) ? path : joined(path, walk.text(from)), .line = walk.line(node)};
    const auto count = ts_node_is_null(list) ? 0 : ts_node_named_child_count(list);
    for (std::uint32_t i = 0; i < count; ++i) read_use(walk, ts_node_named_child(list, i), inner.module, inner, depth + 1);
    if (!inner.names.empty()) walk.import(std::move(inner));
    return;
  }
  if (walk.is(node, "scoped_identifier")) {
    const TSNode from = walk.get(node, "path");
    const auto module = ts_node_is_null(from) ? path : joined(path, walk.text(from));
    return walk.import({.module = module, .names = {std::string(walk.text(walk.get(node, "name")))}, .line = walk.line(node)});
  }
  if (!ts_node_is_named(node) || walk.is(node, "line_comment") || walk.is(node, "block_comment")) return;
  if (path.empty())
    walk.import({.module = std::string(walk.text(node)), .line = walk.line(node)});
  else
    here.names.emplace_back(walk.text(node));
}

bool hook(Walk& walk, TSNode node, const Rule& rule) {
  switch (rule.hook) {
    case kImplementation:
      return open_implementation(walk, node), true;
    case kModule:
      return define_module(walk, node);
    case kUse: {
      ImportLine none;
      return read_use(walk, walk.get(node, "argument"), "", none, 0), false;
    }
    default:
      if (const TSNode name = walk.get(node, "name"); !ts_node_is_null(name))
        walk.import({.module = std::string(walk.text(name)), .line = walk.line(node)});
      return false;
  }
}

bool is_exported(const Walk& walk, TSNode node, std::string_view) {
  if (walk.scope().kind == TagKind::interface || walk.scope().kind == TagKind::enumeration) return true;
  if (walk.is(node, "macro_definition")) return false;
  return !ts_node_is_null(walk.child(node, "visibility_modifier"));
}

}  // namespace

const LanguageRules& rust_tags() {
  static const LanguageRules rules(Language::rust,
                                   {{
                                       {"identifier", Does::name},
                                       {"type_identifier", Does::name},
                                       {"field_identifier", Does::name},
                                       {"shorthand_field_identifier", Does::name},
                                       {"line_comment", Does::skip},
                                       {"block_comment", Does::skip},
                                       {"string_literal", Does::skip},
                                       {"function_item", Does::define, TagKind::function, "name", Opens::code},
                                       {"function_signature_item", Does::define, TagKind::function, "name"},
                                       {"struct_item", Does::define, TagKind::structure, "name", Opens::members},
                                       {"union_item", Does::define, TagKind::structure, "name", Opens::members},
                                       {"enum_item", Does::define, TagKind::enumeration, "name", Opens::members},
                                       {"trait_item", Does::define, TagKind::interface, "name", Opens::members},
                                       {"impl_item", Does::hook, TagKind::structure, "", Opens::members, kImplementation},
                                       {"type_item", Does::define, TagKind::type, "name"},
                                       {"associated_type", Does::define, TagKind::type, "name"},
                                       {"const_item", Does::define, TagKind::constant, "name"},
                                       {"static_item", Does::define, TagKind::variable, "name"},
                                       {"mod_item", Does::hook, TagKind::module, "", Opens::members, kModule},
                                       {"macro_definition", Does::define, TagKind::macro, "name"},
                                       {"field_declaration", Does::define, TagKind::field, "name"},
                                       {"enum_variant", Does::define, TagKind::constant, "name"},
                                       {"call_expression", Does::call},
                                       {"generic_function", Does::callee},
                                       {"macro_invocation", Does::call},
                                       {"let_declaration", Does::declare, TagKind::variable, "pattern"},
                                       {"parameter", Does::declare, TagKind::variable, "pattern"},
                                       {"closure_parameters", Does::declare},
                                       {"type_parameters", Does::declare},
                                       {"constrained_type_parameter", Does::declare, TagKind::variable, "left"},
                                       {"use_declaration", Does::hook, TagKind::module, "", Opens::nothing, kUse},
                                       {"extern_crate_declaration", Does::hook, TagKind::module, "", Opens::nothing, kExternCrate},
                                   }},
                                   hook, is_exported);
  return rules;
}

}  // namespace argosy::code
