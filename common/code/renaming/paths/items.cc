#include "common/code/renaming/paths/items.h"

#include <algorithm>

#include "common/code/places.h"
#include "common/core/text.h"

namespace argosy::code::paths {
namespace {

bool is_type(Node node) { return node.is_any({"struct_item", "enum_item", "union_item", "trait_item", "type_item"}); }
bool is_function(Node node) { return node.is_any({"function_item", "function_signature_item"}); }
bool is_constant(Node node) { return node.is_any({"const_item", "static_item"}); }
bool is_item(Node node) { return is_type(node) || is_function(node) || is_constant(node) || node.is("macro_definition"); }

// struct Name; and struct Name(x); are values, too.
bool is_value(Node node) {
  return is_function(node) || is_constant(node) || (node.is("struct_item") && !node.get("body").is("field_declaration_list"));
}

bool fits(std::string_view kind, Node node) {
  if (kind.empty()) return true;
  return kind == "function" ? is_function(node) || node.is("macro_definition") : kind == "class" ? is_type(node) : is_constant(node);
}

// #[no_mangle], #[export_name]: other languages call it so.
Node exporting(Node item) {
  for (Node before = item.previous(); before.is("attribute_item"); before = before.previous())
    if (contains_word(before.text(), "no_mangle") || contains_word(before.text(), "export_name") ||
        contains_word(before.text(), "proc_macro"))
      return before;
  return {};
}

struct Candidates {
  std::vector<Item> items;
  std::vector<Place> places, elsewhere, exported;
  std::vector<std::pair<Module, Place>> unfit;  // of modules, but of another kind
};

void look(const Modules& modules, const Model& model, const tasks::RenameSymbol& request, bool allowed, Candidates& out) {
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    const Node name = is_item(node) || node.is("enum_variant") ? node.get("name") : Node();
    if (!name || name.text() != request.from) continue;
    const Place place = place_at(model.path, *model.tree, name.start());
    if (node.around({"block", "impl_item", "trait_item", "foreign_mod_item"}) || node.is("enum_variant") || !allowed ||
        !fits(request.kind, node)) {
      out.elsewhere.push_back(place);
      if (!node.around({"block", "impl_item", "trait_item", "foreign_mod_item"}) && is_item(node))
        out.unfit.emplace_back(modules.module_of(model, node), place);
      continue;
    }
    Item item{.module = modules.module_of(model, node), .name = request.from};
    auto hit = std::ranges::find_if(out.items, [&](const Item& known) { return known.module == item.module; });
    if (hit == out.items.end()) hit = out.items.insert(hit, std::move(item));
    out.places.push_back(place);
    hit->type = hit->type || is_type(node);
    hit->value = hit->value || is_value(node);
    hit->macro = hit->macro || node.is("macro_definition");
    hit->constant = hit->constant || is_constant(node);
    if (const Node attribute = exporting(node)) out.exported.push_back(place_at(model.path, *model.tree, attribute.start()));
  }
}

}  // namespace

bool Item::has(Node declaration) const {
  if (declaration.is("macro_definition")) return macro;
  return !macro && ((type && is_type(declaration)) || (value && is_value(declaration)));
}

bool is_declaration(Node token) { return token.field() == "name" && is_item(token.parent()); }

std::vector<std::string> path_to(Node token) {
  std::vector<std::string> path{std::string(token.text())};
  const auto put_before = [&](Node prefix) {
    auto parts = prefix ? parts_of(prefix) : std::vector<std::string>{"::"};
    path.insert(path.begin(), parts.begin(), parts.end());
  };
  Node node = token;
  for (Node parent = node.parent(); parent; node = parent, parent = parent.parent()) {
    if (parent.is_any({"scoped_identifier", "scoped_type_identifier"})) {
      if (node.field() == "name") put_before(parent.get("path"));
    } else if (parent.is("scoped_use_list")) {
      if (node.field() == "list" && parent.get("path")) put_before(parent.get("path"));
    } else if (!parent.is_any({"use_list", "use_as_clause", "use_wildcard"})) {
      break;
    }
  }
  return path;
}

bool leads_on(Node token) {
  return token.field() == "path" && !token.parent().is("use_as_clause") ? true : token.parent().is("use_wildcard");
}

Result<Item> find_item(const Project& project, const tasks::RenameSymbol& request) {
  const Modules modules(project);
  Candidates found;
  for (const std::string& path : project.sources()) {
    const Decoded* text = project.text(path);
    if (text == nullptr || !contains_word(text->text, request.from)) continue;
    const bool allowed =
        request.paths.empty() || std::ranges::any_of(request.paths, [&](const auto& glob) { return text::path_matches(glob, path); });
    if (const Model* model = project.model(path)) look(modules, *model, request, allowed, found);
  }
  const std::string name = "\"" + request.from + "\"";
  const std::string what = "no " + (request.kind.empty() ? "function, type, trait, constant or macro" : request.kind) + " " + name;
  if (found.items.empty() && found.elsewhere.empty()) return refuse("symbol_not_found", what, "check the spelling and the language", {});
  if (found.items.empty())
    return refuse("symbol_not_found", what + " of a module there; the name stands otherwise in {}",
                  "methods, variants and what other languages define keep their names", found.elsewhere);
  const Item& item = found.items.front();
  if (found.items.size() > 1 || (item.macro && (item.type || item.value)))
    return refuse("symbol_ambiguous", name + " is declared in {}", "name the one that is meant with \"paths\" or \"kind\"", found.places);
  for (const auto& [module, place] : found.unfit)
    if (module == item.module) found.places.push_back(place);
  if (found.places.size() > 1 && std::ranges::any_of(found.unfit, [&](const auto& other) { return other.first == item.module; }))
    return refuse("symbol_ambiguous", name + " is a type and something else in one module, in {}", "rename one of them by hand",
                  found.places);
  if (!found.exported.empty())
    return refuse("receiver_unresolved", name + " is known by its name outside of Rust, as said in {}", "rename it by hand",
                  found.exported);
  return item;
}

Result<void> check_new_name(const Project& project, const Item& item, const std::string& name) {
  const Modules modules(project);
  const Model* model = project.model(item.module.file);
  std::vector<Place> taken;
  for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
    const Node node = model->tree->node(id);
    const bool declares = is_declaration(node) || (node.parent().is("mod_item") && node.field() == "name");
    if (!declares || node.text() != name || node.parent().around({"block", "impl_item", "trait_item"})) continue;
    if (modules.module_of(*model, node.parent()) == item.module) taken.push_back(place_at(model->path, *model->tree, node.start()));
  }
  if (taken.empty()) return {};
  return refuse("name_taken", "\"" + name + "\" is already taken in {}", "choose another name", taken);
}

}  // namespace argosy::code::paths
