#include "common/code/moving/python/cycles.h"

#include "common/code/moving/python/statements.h"

namespace argosy::code {
namespace {

bool runs_at_load(Node statement) {
  for (Node around = statement.parent(); around; around = around.parent()) {
    if (around.is_any({"function_definition", "lambda"})) return false;
    if (around.is("if_statement") && around.get("condition").text().ends_with("TYPE_CHECKING")) return false;
  }
  return true;
}

}  // namespace

std::set<std::string> loaded_with(const Project& project, const Rules& rules, const std::string& path) {
  std::set<std::string> out;
  std::vector<std::string> open{path};
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    const Model* model = project.has(next) ? project.model(next) : nullptr;
    if (model == nullptr) continue;
    const auto add = [&](const std::string& module) {
      if (out.insert(module).second) open.push_back(module);
    };
    for (const PythonImport& one : python_import_statements(*model)) {
      if (!runs_at_load(one.statement)) continue;
      for (const auto& name : one.names) {
        const auto& modules = project.resolve(*model, dotted_text(one.is_from() ? one.module : name.path));
        for (const std::string& module : modules) {
          const std::string inner = one.is_from() ? rules.submodule(project, module, name.path.text()) : "";
          add(inner.empty() ? module : inner);
        }
      }
      if (one.star)
        for (const std::string& module : project.resolve(*model, dotted_text(one.module))) add(module);
    }
  }
  return out;
}

}  // namespace argosy::code
