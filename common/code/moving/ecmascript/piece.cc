#include "common/code/moving/ecmascript/piece.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/code/binding/values.h"
#include "common/code/moving/ecmascript/specifiers.h"
#include "common/code/moving/ecmascript/statements.h"
#include "common/code/places.h"
#include "common/core/text.h"

namespace argosy::code::es {
namespace {

// Free names that mean the file they stand in.
constexpr auto kOwn = std::to_array<std::string_view>({"__dirname", "__filename", "module", "exports", "require", "eval"});
// What makes a value of its arguments and does nothing else.
constexpr auto kPure = std::to_array<std::string_view>({"Map",
                                                        "Set",
                                                        "WeakMap",
                                                        "WeakSet",
                                                        "Array",
                                                        "Error",
                                                        "RegExp",
                                                        "Symbol",
                                                        "Symbol.for",
                                                        "String",
                                                        "Number",
                                                        "BigInt",
                                                        "Boolean",
                                                        "Object.freeze",
                                                        "Object.seal",
                                                        "Object.keys",
                                                        "Object.values",
                                                        "Object.entries",
                                                        "Object.fromEntries",
                                                        "Object.create",
                                                        "Uint8Array",
                                                        "URL",
                                                        "TextEncoder",
                                                        "TextDecoder"});
// Comments that speak of the whole file.
constexpr auto kFileWords =
    std::to_array<std::string_view>({"@ts-nocheck", "@ts-check", "eslint-", "Copyright", "SPDX", "@license", "@jsx", "<reference"});

bool is_definition(Node declaration, Node name) {
  if (declaration.is_any({"lexical_declaration", "variable_declaration"})) {
    std::size_t declarators = 0;
    for (Node child : declaration.children()) declarators += child.is("variable_declarator") ? 1 : 0;
    return declarators == 1 && declaration.child("variable_declarator").get("name") == name;
  }
  return declaration.get("name") == name &&
         declaration.is_any({"function_declaration", "generator_function_declaration", "function_signature", "class_declaration",
                             "abstract_class_declaration", "interface_declaration", "type_alias_declaration", "enum_declaration"});
}

Node declaration_of(Node statement) { return statement.is("export_statement") ? statement.get("declaration") : statement; }

Node root_statement(Node node) {
  while (node.parent() && !node.parent().is("program")) node = node.parent();
  return node;
}

// The statements stand one behind the other, with nothing but comments between.
bool is_contiguous(const std::vector<Node>& statements) {
  for (std::size_t i = 0; i + 1 < statements.size(); ++i) {
    Node next = statements[i].next();
    while (next && next.is("comment")) next = next.next();
    if (next != statements[i + 1]) return false;
  }
  return true;
}

// Takes the comments right above and the rest of the last line; false when something else shares the lines.
bool widen(const Model& model, MovedPiece& piece) {
  const std::string_view text = model.tree->text();
  const Node first = piece.statements.front(), last = piece.statements.back();
  piece.start = line_begin(text, first.start());
  piece.end = line_behind(text, last.end());
  if (!text::trim(text.substr(piece.start, first.start() - piece.start)).empty()) return false;
  for (Node next = last.next(); next && next.start() < piece.end; next = next.next())
    if (!next.is("comment") || next.end() > piece.end) return false;
  for (Node above = first.previous(); above.is("comment"); above = above.previous()) {
    const std::size_t begin = line_begin(text, above.start());
    const auto words = above.text();
    if (line_behind(text, above.end()) != piece.start || !text::trim(text.substr(begin, above.start() - begin)).empty()) break;
    if (std::ranges::any_of(kFileWords, [&](std::string_view word) { return words.contains(word); })) break;
    piece.start = begin;
  }
  return true;
}

// What of a definition runs only when somebody calls it, or is gone when the program runs.
bool runs_later(Node node) {
  const Node parent = node.parent();
  const bool function = parent.is_any({"function_declaration", "generator_function_declaration", "function_expression",
                                       "generator_function", "arrow_function", "method_definition"});
  if (node.is("formal_parameters")) {
    for (Node one : node.children())
      if (one.child("decorator")) return false;
    return true;
  }
  if (function && node.field() == "body") return true;
  if (parent.is_any({"public_field_definition", "field_definition"}) && node.field() == "value") return !parent.child("static");
  return node.named() && node.is_any({"interface_declaration", "type_alias_declaration", "type_annotation", "type_arguments"});
}

bool is_free(const Model& model, Node callee) {
  Node first = callee;
  while (first.is("member_expression")) first = first.get("object");
  return first.is("identifier") && look_up(model, first, first.text(), Space::value).bindings == nullptr;
}

bool is_harmless(const Model& model, Node call) {
  const Node callee = call.is("new_expression") ? call.get("constructor") : call.get("function");
  return std::ranges::find(kPure, callee.text()) != kPure.end() && is_free(model, callee);
}

// Of identifiers in the piece that are variables, with their bindings; free ones too.
template <class Visit>
void each_name(const Rules& rules, const Project& project, const MovedPiece& piece, Visit visit) {
  const Model& model = *piece.model;
  for (const Node statement : piece.statements)
    for (NodeId id = statement.id(); id <= statement.last_id(); ++id) {
      const Node node = model.tree->node(id);
      if (node.last_id() != id || !rules.is_identifier(node)) continue;
      const Use use = rules.use(project, model, node);
      if (use.role != Role::name && use.role != Role::shorthand && use.role != Role::unsure) continue;
      visit(node, look_up(model, node, node.text(), use.space));
    }
}

}  // namespace

bool is_written(Node identifier) {
  Node outer = identifier;
  while (outer.parent().is_any({"array_pattern", "object_pattern", "pair_pattern", "parenthesized_expression", "rest_pattern"}))
    outer = outer.parent();
  return outer.parent().is("update_expression") ||
         (outer.parent().is_any({"assignment_expression", "augmented_assignment_expression", "for_in_statement"}) &&
          outer.field() == "left" && !outer.parent().get("kind"));
}

Result<MovedPiece> find_piece(const Model& model, const std::string& name) {
  const std::string& text = model.tree->text();
  const auto* bindings = model.find(kRootScope, name);
  std::vector<Place> places;
  MovedPiece piece{.model = &model, .statements = {}};
  bool plain = true;
  piece.type_only = piece.hoisted = true;
  if (bindings != nullptr)
    for (const Binding& binding : *bindings) {
      places.push_back(place_at(model.path, text, binding.name.start()));
      const Node statement = root_statement(binding.name), declaration = declaration_of(statement);
      plain = plain && is_definition(declaration, binding.name) && !statement.child("default");
      const bool type = declaration.is_any({"interface_declaration", "type_alias_declaration"});
      piece.type_only = piece.type_only && type;
      piece.hoisted = piece.hoisted && (type || declaration.kind().contains("function"));
      if (piece.statements.empty() || piece.statements.back() != statement) piece.statements.push_back(statement);
    }
  if (places.empty()) return refuse("symbol_not_found", model.path + " has no top-level \"" + name + "\"", "check the name", {});
  if (places.size() == 1 && bindings->front().kind == BindingKind::import)
    return refuse("symbol_not_found", "\"" + name + "\" is imported in {}", "move it from the file that defines it", places);
  std::ranges::sort(piece.statements, {}, [](Node node) { return node.id(); });
  if (!plain || !is_contiguous(piece.statements))
    return refuse("symbol_ambiguous", "\"" + name + "\" is more than one plain definition, in {}",
                  "make it one first: no default export, set once, one name a statement", places);
  if (!widen(model, piece))
    return refuse("symbol_ambiguous", "\"" + name + "\" shares its lines with something else, in {}", "give it lines of its own", places);
  return piece;
}

std::vector<Node> effects_of(const Model& model, const MovedPiece& piece) {
  std::vector<Node> out;
  for (const Node statement : piece.statements)
    for (NodeId id = statement.id(); id <= statement.last_id(); ++id) {
      const Node node = model.tree->node(id);
      if (runs_later(node)) {
        id = node.last_id();
      } else if (node.is_any({"call_expression", "new_expression"})) {
        if (!is_harmless(model, node)) out.push_back(node);
      } else if (node.named() && node.is_any({"await_expression", "assignment_expression", "augmented_assignment_expression",
                                              "update_expression", "yield_expression", "class_static_block", "decorator"})) {
        out.push_back(node);
      }
    }
  return out;
}

std::vector<Taken> taken_by(const Rules& rules, const Project& project, const MovedPiece& piece, const std::string& name,
                            Rewriter& rewriter) {
  const Model& model = *piece.model;
  std::vector<Taken> out;
  std::set<std::string> seen{name};
  bool jsx = false;
  Node anywhere;
  each_name(rules, project, piece, [&](Node node, const Found& found) {
    const std::string used(node.text());
    if (found.bindings == nullptr && std::ranges::find(kOwn, used) != kOwn.end()) rewriter.refuse("private_needed", model, node);
    if (found.bindings == nullptr || found.scope != kRootScope) return;
    if (used != name && is_written(node)) rewriter.refuse("private_needed", model, node);
    if (seen.insert(used).second) out.push_back({used, node, found.bindings});
  });
  for (const Node statement : piece.statements)
    for (NodeId id = statement.id(); id <= statement.last_id(); ++id) {
      const Node node = model.tree->node(id);
      if (node.is("meta_property") && node.text().starts_with("import")) rewriter.refuse("private_needed", model, node);
      // What is loaded by a path is loaded from beside this file; `import("pkg")` in a type as well.
      if (node.is_any({"string", "template_string"}) && is_relative(content_of(node.text()))) {
        const Node around = node.parent();
        if (around.is("arguments") || rules.string_use(model, node).kind == StringUse::path)
          rewriter.refuse("import_unresolved", model, node);
      }
      if (node.kind().starts_with("jsx_")) jsx = true, anywhere = node;
      // `this` of the root is the module's own.
      if (node.is("this") && node.named() &&
          !node.around({"function_declaration", "function_expression", "method_definition", "generator_function_declaration",
                        "generator_function", "class_body", "object_type", "interface_body", "function_signature"}))
        rewriter.refuse("private_needed", model, node);
    }
  // What JSX becomes a call of.
  if (jsx)
    for (const char* maker : {"React", "h"})
      if (const auto* bindings = model.find(kRootScope, maker);
          bindings != nullptr && bindings->front().kind == BindingKind::import && seen.insert(maker).second)
        out.push_back({maker, anywhere, bindings});
  return out;
}

std::vector<std::string> free_names(const Rules& rules, const Project& project, const MovedPiece& piece) {
  std::set<std::string> out;
  each_name(rules, project, piece, [&](Node node, const Found& found) {
    if (found.bindings == nullptr) out.emplace(node.text());
  });
  return {out.begin(), out.end()};
}

}  // namespace argosy::code::es
