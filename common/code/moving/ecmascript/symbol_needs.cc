// What the symbol that moves takes along, and how files write each other.
#include <algorithm>

#include "common/code/binding/values.h"
#include "common/code/moving/ecmascript/specifiers.h"
#include "common/code/moving/ecmascript/symbol_move.h"
#include "common/code/moving/module_move.h"

namespace argosy::code::es {
namespace {

// A name that stands for something of the language's in the file, which a new variable of the root would take.
Node free_use(const Project& project, const Rules& rules, const Model& model, std::string_view name) {
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (!rules.is_identifier(node) || node.last_id() != id || node.text() != name) continue;
    const Use use = rules.use(project, model, node);
    if ((use.role == Role::name || use.role == Role::shorthand) && look_up(model, node, name, Space::both).bindings == nullptr) return node;
  }
  return {};
}

// The ending that a compiler gives what it makes of the file.
std::string compiled_ending(std::string_view path) {
  if (path.ends_with(".mts")) return ".mjs";
  return path.ends_with(".cts") ? ".cjs" : ".js";
}

}  // namespace

std::string SymbolMove::spelled(const Model& model, const std::string& old) const {
  const std::string folder = folder_of_path(model.path);
  if (is_relative(old)) {
    const auto raw = joined(folder, old);
    return (raw ? respelled(folder, *raw, request_.from, request_.to) : std::nullopt).value_or("");
  }
  if (!old.starts_with("@/") && !old.starts_with("~/")) return {};
  // An alias stands for a folder: what is left of the old file's path.
  const std::string rest = old.substr(2), bare = without_ending(request_.from);
  const std::string& whole = rest == bare || bare.ends_with("/" + rest) ? bare : request_.from;
  if (rest != whole && !whole.ends_with("/" + rest)) return {};
  const std::string root = whole.substr(0, whole.size() - rest.size());
  const std::string to = &whole == &bare ? without_ending(request_.to) : request_.to;
  return to.starts_with(root) ? old.substr(0, 2) + to.substr(root.size()) : std::string();
}

// In the style of the first import that shows one.
std::string SymbolMove::plain(const std::string& importer, const std::string& module) const {
  std::vector<const Model*> samples{project_.has(importer) ? project_.model(importer) : nullptr, piece_.model, target_};
  samples.insert(samples.end(), samples_.begin(), samples_.end());
  const std::string folder = folder_of_path(importer);
  for (const Model* sample : samples) {
    if (sample == nullptr) continue;
    for (const FromStatement& one : from_statements(*sample)) {
      const auto& found = project_.resolve(*sample, one.module());
      if (!is_relative(one.module()) || found.size() != 1 || !project_.has(found.front())) continue;
      const auto raw = joined(folder_of_path(sample->path), one.module());
      if (!raw) continue;
      if (*raw == found.front()) return relative_path(folder, module);
      if (*raw == without_ending(found.front())) return relative_path(folder, without_ending(module));
      if (without_ending(*raw) == without_ending(found.front()))
        return relative_path(folder, without_ending(module) + compiled_ending(module));
    }
  }
  return relative_path(folder, is_typed(*piece_.model) ? without_ending(module) : module);
}

// How the new file writes what the old one writes so; empty: nobody knows.
std::string SymbolMove::carried(const std::string& module) const {
  if (!is_relative(module)) return module;
  const auto& found = project_.resolve(*piece_.model, module);
  const auto query = std::min(module.find('?'), module.size());
  const auto raw = joined(folder_of_path(request_.from), module.substr(0, query));
  if (!raw || found.size() > 1 || (!found.empty() && found.front() == kUnknownModule)) return {};
  const std::string folder = folder_of_path(request_.to);
  const auto path = found.empty() ? relative_path(folder, *raw) : respelled(folder, *raw, found.front(), found.front()).value_or("");
  return path.empty() ? path : path + module.substr(query);
}

WantedImport SymbolMove::import_of(const Taken& need) {
  const Model& home = *piece_.model;
  const Binding& binding = need.bindings->front();
  if (binding.kind != BindingKind::import) {
    const bool type = std::ranges::all_of(*need.bindings, [](const Binding& b) { return b.space == Space::type; });
    return {.module = plain(request_.to, request_.from), .text = need.name, .type = type && is_typed(home)};
  }
  if (need.bindings->size() != 1) return {};
  for (const FromStatement& one : from_statements(home)) {
    if (one.exports || one.node.child("import_attribute")) continue;
    const std::string module = carried(one.module());
    if (one.plain == binding.name) return {.module = module, .text = std::string(one.plain.text()), .type = one.type, .whole = true};
    if (one.space && one.space.contains(binding.name))
      return {.module = module, .text = std::string(one.space.text()), .type = one.type, .whole = true};
    for (const Specifier& name : one.names)
      if (name.node.contains(binding.name)) return {.module = module, .text = std::string(name.node.text()), .type = one.type};
  }
  return {};
}

// Whether the new file has the same under the same name.
bool SymbolMove::is_there(const Taken& need, const WantedImport& wanted) {
  const auto* there = target_->find(kRootScope, need.name);
  if (there == nullptr || there->size() != 1 || there->front().kind != BindingKind::import) return false;
  const Import& has = *there->front().import;
  for (const FromStatement& one : from_statements(*target_)) {
    bool type = one.type;
    for (const Specifier& name : one.names) type = type || (name.type && name.node.contains(there->front().name));
    if (one.node.contains(there->front().name) && type && !wanted.type) return false;
  }
  const Binding& binding = need.bindings->front();
  const auto& module = project_.resolve(*target_, has.module);
  if (binding.kind != BindingKind::import) return has.name == need.name && module == std::vector{request_.from};
  const auto& meant = project_.resolve(*piece_.model, binding.import->module);
  return has.name == binding.import->name && module == meant && (!module.empty() || has.module == wanted.module);
}

void SymbolMove::bring(const Taken& need) {
  const Model& home = *piece_.model;
  const Binding& binding = need.bindings->front();
  const bool local = binding.kind != BindingKind::import;
  if (local && std::ranges::none_of(home.exports, [&](const Export& e) { return e.name == need.name && e.variable == need.name; }))
    return rewriter_.refuse("private_needed", home, need.use);
  if (!local && project_.resolve(home, binding.import->module) == std::vector{request_.to}) {
    const bool same = target_ != nullptr && need.bindings->size() == 1 && binding.import->name == need.name &&
                      target_->find(kRootScope, need.name) != nullptr;
    if (!same) return rewriter_.refuse("import_unresolved", home, need.use);
    needs_target_ = true;
    return;
  }
  const WantedImport wanted = import_of(need);
  if (wanted.module.empty()) return rewriter_.refuse("import_unresolved", home, need.use);
  if (target_ != nullptr) {
    if (is_there(need, wanted)) return;
    if (const auto* taken = target_->find(kRootScope, need.name)) return rewriter_.refuse("name_taken", *target_, taken->front().name);
    if (const Node taken = free_use(project_, rules_, *target_, need.name)) return rewriter_.refuse("name_taken", *target_, taken);
  }
  if (std::ranges::find(brought_, wanted) == brought_.end()) brought_.push_back(wanted);
}

void SymbolMove::bring() {
  taken_ = taken_by(rules_, project_, piece_, request_.name, rewriter_);
  for (const Taken& need : taken_) bring(need);
  if (target_ == nullptr) return;
  for (const std::string& name : free_names(rules_, project_, piece_))
    if (const auto* taken = target_->find(kRootScope, name)) rewriter_.refuse("name_taken", *target_, taken->front().name);
}

}  // namespace argosy::code::es
