#include <algorithm>

#include "common/code/moving/ecmascript/move.h"
#include "common/code/moving/ecmascript/statements.h"

namespace argosy::code::es {
namespace {

// What only types take is gone when the program runs.
bool is_type_there(const Project& project, const std::string& module, std::string_view name) {
  const Model* model = project.has(module) ? project.model(module) : nullptr;
  const auto* bindings = model == nullptr ? nullptr : model->find(kRootScope, name);
  if (bindings == nullptr) return false;
  for (const Binding& binding : *bindings)
    if (binding.space != Space::type) return false;
  return true;
}

}  // namespace

std::set<std::string> loaded_by(const Project& project, const std::string& path) {
  std::set<std::string> out;
  std::vector<std::string> open{path};
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    const Model* model = project.has(next) ? project.model(next) : nullptr;
    if (model == nullptr) continue;
    const auto statements = from_statements(*model);
    for (Node node : model->tree->root().children()) {
      if (!node.is_any({"import_statement", "export_statement"}) || node.child("type")) continue;
      const Node source = node.child("import_require_clause") ? node.child("import_require_clause").get("source") : node.get("source");
      if (!source) continue;
      const auto one = std::ranges::find(statements, node, &FromStatement::node);
      const bool named = one != statements.end() && !one->names.empty() && !one->plain;
      for (const std::string& module : project.resolve(*model, content_of(source.text()))) {
        const bool types = named && std::ranges::all_of(one->names, [&](const Specifier& name) {
                             return name.type || is_type_there(project, module, name.name.text());
                           });
        if (!types && out.insert(module).second) open.push_back(module);
      }
    }
  }
  return out;
}

}  // namespace argosy::code::es
