#include "common/code/binding/resolver.h"

#include <algorithm>
#include <optional>

namespace argosy::code {
namespace {

// Several answers to one question, where all must be right.
class Votes {
 public:
  void add(Verdict verdict) {
    if (!all_ || *all_ == verdict) {
      all_ = verdict;
    } else if (*all_ == Verdict::unsure || verdict == Verdict::unsure) {
      all_ = Verdict::unsure;
    } else {
      all_ = Verdict::mixed;
    }
  }
  Verdict result() const { return all_.value_or(Verdict::other); }

 private:
  std::optional<Verdict> all_;
};

}  // namespace

Verdict Resolver::of(const Model& model, Node identifier, const Use& use) {
  const Verdict verdict = of_role(model, identifier, use);
  return use.doubtful && verdict != Verdict::other ? Verdict::unsure : verdict;
}

Verdict Resolver::of_role(const Model& model, Node identifier, const Use& use) {
  switch (use.role) {
    case Role::name:
    case Role::shorthand:
    case Role::destructured:
      return of_name(model, identifier, use.space);
    case Role::member:
      return of_receiver(model, use.object);
    case Role::import_name:
      return of_import(model, use.import);
    case Role::export_name:
      return of_module(rules_.module_of(model));
    case Role::unrelated:
      return Verdict::other;
    case Role::unsure:
      break;
  }
  return Verdict::unsure;
}

Verdict Resolver::of_name(const Model& model, Node at, Space space) {
  const Found found = look_up(model, at, target_.name, space);
  if (found.blurred) return Verdict::unsure;
  if (found.bindings != nullptr) return found.scope == kRootScope ? of_root(model) : of_bindings(model, *found.bindings, false);
  // Free: another file of the package defines it, or an import of everything brings it.
  if (rules_.has_packages() && is_home(model)) return Verdict::ours;
  if (rules_.has_packages() && !model.star_imports.empty() && package_defines(model)) return Verdict::other;
  if (const Verdict star = of_stars(model, model.star_imports); star != Verdict::other) return star;
  const auto is_script = [&](const std::string& module) {
    const Model* home = project_.model(module);
    return home != nullptr && !home->is_module;
  };
  // Scripts of one page share their variables, and nothing says which pages there are.
  if (!rules_.has_packages() && !model.is_module && std::ranges::any_of(target_.modules, is_script)) return Verdict::unsure;
  return Verdict::other;
}

// Whether another file of the package defines the name: that goes before an import of everything.
bool Resolver::package_defines(const Model& model) {
  return project_.remember(rules_.module_of(model) + " defines " + target_.name, [&] {
    return std::ranges::any_of(project_.sources(), [&](const std::string& path) {
      const Decoded* text = project_.text(path);
      const Model* other = text != nullptr && contains_word(text->text, target_.name) ? project_.model(path) : nullptr;
      if (other == nullptr || rules_.module_of(*other) != rules_.module_of(model)) return false;
      const auto* bindings = other->find(kRootScope, target_.name);
      return bindings != nullptr && std::ranges::any_of(*bindings, [](const Binding& b) { return b.kind != BindingKind::import; });
    });
  });
}

Verdict Resolver::of_receiver(const Model& model, Node receiver) {
  const Value value = values_.of(model, receiver);
  if (value.kind == Value::unknown) return rules_.has_packages() ? Verdict::other : Verdict::unsure;
  if (value.kind != Value::module) return Verdict::other;
  Votes votes;
  for (const std::string& module : value.modules) votes.add(of_module(module));
  return votes.result() == Verdict::mixed ? Verdict::unsure : votes.result();
}

Verdict Resolver::of_import(const Model& importer, const Import& import) {
  if (import.name != target_.name) return Verdict::other;
  Votes votes;
  for (const std::string& module : project_.resolve(importer, import.module)) votes.add(of_module(module));
  return votes.result() == Verdict::mixed ? Verdict::unsure : votes.result();
}

Verdict Resolver::of_module(const std::string& module) {
  if (module == kUnknownModule) return Verdict::unsure;
  const bool home = target_.modules.contains(module);
  if (home && (rules_.has_packages() || target_.exports_only.contains(module))) return Verdict::ours;
  if (rules_.has_packages()) return Verdict::other;
  const auto [slot, first] = modules_.try_emplace(module, Verdict::other);
  if (!first) return slot->second;
  const Model* model = project_.has(module) ? project_.model(module) : nullptr;
  // A file that cannot be read may offer anything, but only what it writes.
  const Decoded* text = model == nullptr && project_.has(module) ? project_.text(module) : nullptr;
  const Verdict verdict = model != nullptr                                             ? in_file(*model)
                          : text != nullptr && contains_word(text->text, target_.name) ? Verdict::unsure
                                                                                       : Verdict::other;
  modules_[module] = verdict;
  return verdict;
}

Verdict Resolver::in_file(const Model& model) {
  if (rules_.exports_everything()) {
    if (model.find(kRootScope, target_.name) != nullptr) return of_root(model);
    if (const Verdict star = of_stars(model, model.star_imports); star != Verdict::other) return star;
    if (!rules_.submodule(project_, model.path, target_.name).empty()) return Verdict::other;
    return model.opaque ? Verdict::unsure : Verdict::other;
  }
  Votes votes;
  bool named = false;
  for (const Export& entry : model.exports) {
    if (entry.name != target_.name) continue;
    votes.add(of_export(model, entry));
    named = true;
  }
  if (named) return votes.result();
  if (const Verdict star = of_stars(model, model.star_exports); star != Verdict::other) return star;
  for (const Node& whole : model.export_values)
    if (const Verdict verdict = of_receiver(model, whole); verdict != Verdict::other) return verdict;
  return model.opaque ? Verdict::unsure : Verdict::other;
}

Verdict Resolver::of_export(const Model& model, const Export& entry) {
  if (entry.from) return of_import(model, *entry.from);
  if (!entry.variable.empty()) {
    const auto* bindings = entry.variable == target_.name ? model.find(kRootScope, target_.name) : nullptr;
    return bindings == nullptr ? Verdict::other : of_root(model);
  }
  // exports.name = require("./m").name hands the symbol on.
  const Shape shape = rules_.shape(model, entry.value);
  return shape.kind == Shape::member && shape.text == target_.name ? of_receiver(model, shape.node) : Verdict::other;
}

Verdict Resolver::of_stars(const Model& model, const std::vector<std::string>& stars) {
  for (const std::string& star : stars) {
    Votes votes;
    for (const std::string& module : project_.resolve(model, star)) votes.add(of_module(module));
    if (votes.result() != Verdict::other)
      return votes.result() == Verdict::ours && rules_.comes_with_star(target_.name) ? Verdict::ours : Verdict::unsure;
  }
  return Verdict::other;
}

Verdict Resolver::of_root(const Model& model) {
  const auto [slot, first] = roots_.try_emplace(&model, Verdict::other);
  if (!first) return slot->second;
  const auto* bindings = model.find(kRootScope, target_.name);
  const Verdict verdict = bindings == nullptr ? Verdict::other : of_bindings(model, *bindings, true);
  roots_[&model] = verdict;
  return verdict;
}

Verdict Resolver::of_bindings(const Model& model, const std::vector<Binding>& bindings, bool root) {
  // In its home the variable is the symbol, even where a fallback imports it from elsewhere: that import gets an `as`.
  if (root && is_variable_in(model)) {
    const auto defines = [](const Binding& b) { return b.kind != BindingKind::import; };
    if (std::ranges::any_of(bindings, defines)) return Verdict::ours;
  }
  Votes votes;
  for (const Binding& binding : bindings) {
    // name = None, where an import of the symbol fails, is still its variable.
    const bool nothing = binding.source == Source::expression && rules_.shape(model, binding.value).kind == Shape::nothing;
    if (!nothing) votes.add(of_binding(model, binding));
  }
  return votes.result();
}

// exports.name = function name() {}: what the function calls itself is the symbol too.
bool Resolver::is_own_name(const Model& model, const Binding& binding) const {
  if (!is_home(model) || (binding.kind != BindingKind::function && binding.kind != BindingKind::klass) || !binding.value) return false;
  if (const auto* variable = is_variable_in(model) ? model.find(kRootScope, target_.name) : nullptr)
    if (std::ranges::any_of(*variable, [&](const Binding& b) { return b.value == binding.value; })) return true;
  return std::ranges::any_of(model.exports, [&](const Export& e) { return e.name == target_.name && e.value == binding.value; });
}

Verdict Resolver::of_binding(const Model& model, const Binding& binding) {
  if (is_own_name(model, binding)) return Verdict::ours;
  if (binding.kind == BindingKind::import) return of_import(model, *binding.import);
  if (binding.source == Source::member) {
    // Where nobody knows the receiver, the pattern itself is refused, or its key rewritten on the user's word: the variable keeps its name.
    const Verdict verdict = of_receiver(model, binding.value);
    return verdict == Verdict::unsure ? Verdict::other : verdict;
  }
  return Verdict::other;
}

}  // namespace argosy::code
