#include "common/code/moving/python/definition.h"

#include <algorithm>
#include <set>

#include "common/code/places.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

std::size_t line_start(std::string_view text, std::size_t at) { return at == 0 ? 0 : text.rfind('\n', at - 1) + 1; }

std::size_t behind_line(std::string_view text, std::size_t at) {
  const auto end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

// Of identifiers in the definition that are variables, with their bindings; free ones too.
template <class Visit>
void each_name(const Rules& rules, const Project& project, const MovedDefinition& definition, Visit visit) {
  const Model& model = *definition.model;
  for (NodeId id = definition.statement.id(); id <= definition.statement.last_id(); ++id) {
    const Node node = model.tree->node(id);
    if (node.last_id() != id || !rules.is_identifier(node)) continue;
    if (rules.use(project, model, node).role != Role::name) continue;
    visit(node, look_up(model, node, node.text(), Space::both));
  }
}

bool is_about_the_file(std::string_view name) {
  return name == "__name__" || name == "__file__" || name == "__package__" || name == "__spec__" || name == "globals";
}

}  // namespace

Result<MovedDefinition> find_definition(const Model& model, const std::string& name) {
  const std::string& text = model.tree->text();
  const auto* bindings = model.find(kRootScope, name);
  std::vector<Place> places;
  Node statement;
  bool plain = true;
  if (bindings != nullptr) {
    for (const Binding& binding : *bindings) {
      places.push_back(place_at(model.path, text, binding.name.start()));
      statement = binding.name;
      while (statement.parent() && !statement.parent().is("module")) statement = statement.parent();
      const bool assigned = statement.is("expression_statement") && statement.named_child(0).is("assignment") &&
                            statement.named_child(0).get("left") == binding.name;
      plain = plain && (assigned || statement.is_any({"function_definition", "class_definition", "decorated_definition"}));
    }
  }
  if (places.empty()) return refuse("symbol_not_found", model.path + " has no top-level \"" + name + "\"", "check the name", {});
  if (bindings->front().kind == BindingKind::import && places.size() == 1)
    return refuse("symbol_not_found", "\"" + name + "\" is imported in {}", "move it from the file that defines it", places);
  if (places.size() > 1 || !plain)
    return refuse("symbol_ambiguous", "\"" + name + "\" is more than one plain definition, in {}", "make it one first", places);

  MovedDefinition out{.model = &model, .statement = statement, .start = line_start(text, statement.start())};
  out.end = behind_line(text, statement.end());
  if (!text::trim(std::string_view(text).substr(out.start, statement.start() - out.start)).empty() ||
      std::string_view(text).substr(statement.end(), out.end - statement.end()).find(';') != std::string_view::npos)
    return refuse("symbol_ambiguous", "\"" + name + "\" shares its line with something else, in {}", "give it lines of its own", places);
  while (out.start > 0) {
    const std::size_t above = line_start(text, out.start - 1);
    if (!text::trim(std::string_view(text).substr(above, out.start - above)).starts_with('#') || text.substr(above, 2) == "#!") break;
    out.start = above;
  }
  return out;
}

std::vector<Need> needs_of(const Rules& rules, const Project& project, const MovedDefinition& definition, const std::string& name,
                           Rewriter& rewriter) {
  const Model& model = *definition.model;
  std::vector<Need> out;
  std::set<std::string> seen{name};
  each_name(rules, project, definition, [&](Node node, const Found& found) {
    const std::string used(node.text());
    if (is_about_the_file(used) && found.bindings == nullptr) rewriter.refuse("private_needed", model, node);
    if (found.bindings == nullptr || found.scope != kRootScope || !seen.insert(used).second) return;
    if (found.bindings->size() != 1) return rewriter.refuse("import_unresolved", model, node);
    const Binding& binding = found.bindings->front();
    if (binding.kind != BindingKind::import && used.starts_with('_')) return rewriter.refuse("private_needed", model, node);
    out.push_back({used, node, &binding});
  });
  for (NodeId id = definition.statement.id(); id <= definition.statement.last_id(); ++id) {
    const Node node = model.tree->node(id);
    if (node.is("global_statement")) rewriter.refuse("private_needed", model, node);
    if (!node.is("string") || rules.string_use(model, node).kind != StringUse::annotation) continue;
    for (const auto& [variable, bindings] : model.scopes.front().variables)
      if (contains_word(node.text(), variable) && seen.insert(std::string(variable)).second) {
        if (bindings.size() == 1)
          out.push_back({std::string(variable), node, &bindings.front()});
        else
          rewriter.refuse("import_unresolved", model, node);
      }
  }
  if (!model.star_imports.empty())
    for (const PythonImport& one : python_import_statements(model))
      if (one.star) rewriter.refuse("import_unresolved", model, one.statement);
  return out;
}

std::vector<std::string> builtins_of(const Rules& rules, const Project& project, const MovedDefinition& definition) {
  std::set<std::string> out;
  each_name(rules, project, definition, [&](Node node, const Found& found) {
    if (found.bindings == nullptr) out.emplace(node.text());
  });
  return {out.begin(), out.end()};
}

std::size_t behind_imports(const Model& model) {
  std::size_t end = 0;
  bool first = true;
  for (Node child : model.tree->root().children()) {
    if (child.is("comment")) {
      if (first && end == 0) end = behind_line(model.tree->text(), child.end());
      continue;
    }
    const bool docstring = first && child.is("expression_statement") && child.named_child(0).is("string");
    if (docstring || child.is_any({"import_statement", "import_from_statement", "future_import_statement"}))
      end = behind_line(model.tree->text(), child.end());
    first = false;
  }
  return end;
}

std::string ending_of(std::string_view text) {
  const auto at = text.find('\n');
  return at != std::string_view::npos && at > 0 && text[at - 1] == '\r' ? "\r\n" : "\n";
}

}  // namespace argosy::code
