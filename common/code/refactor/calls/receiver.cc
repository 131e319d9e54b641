#include "common/code/refactor/calls/receiver.h"

#include <algorithm>

#include "common/code/binding/values.h"
#include "common/code/languages/ecmascript/ecmascript.h"

namespace argosy::code {
namespace {

// Variables that stand for each other in a row; longer rows are somebody else's.
constexpr int kMaxAliases = 8;

class Receiver {
 public:
  Receiver(const Project& project, const Model& model, const std::string& module, std::string name, std::string member)
      : project_(project), model_(model), module_(module), name_(std::move(name)), member_(std::move(member)) {}

  // Whether a binding is what the pattern begins with: the module, or what it has under the pattern's first name; with `member` that one.
  bool is_meant(const Binding& binding, int aliases = 0) const {
    if (binding.kind == BindingKind::import) {
      const Import& import = *binding.import;
      if (!member_.empty()) return is_module(import.module) && import.name == member_;
      if (import.name.empty() || import.name == "default") return is_module(import.module);
      return is_module(import.module + "." + import.name) || (is_module(import.module) && import.name == name_);
    }
    // const log = require("log"), const { warn } = require("log")
    const Node declarator = binding.name.around({"variable_declarator"});
    // name = log
    if (binding.source == Source::expression && binding.value.is("identifier") && binding.value != binding.name && aliases < kMaxAliases) {
      const Found found = look_up(model_, binding.value, binding.value.text(), Space::value);
      if (found.bindings != nullptr && !found.blurred)
        return std::ranges::all_of(*found.bindings, [&](const Binding& one) { return is_meant(one, aliases + 1); });
    }
    const auto loaded = declarator ? loaded_module(model_, declarator.get("value")) : std::nullopt;
    if (!loaded || !is_module(std::string(*loaded))) return false;
    if (declarator.get("name") == binding.name) return member_.empty();
    return binding.source == Source::member && binding.name.text() == (member_.empty() ? name_ : member_);
  }

 private:
  bool is_module(const std::string& written) const {
    if (written == module_) return true;
    if (!module_.contains('/') || model_.tree->language() == Language::java) return false;
    const auto& files = project_.resolve(model_, written);
    return files.size() == 1 && files.front() == module_;
  }

  const Project& project_;
  const Model& model_;
  const std::string& module_;
  std::string name_, member_;
};

std::string without_spaces(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (static_cast<unsigned char>(c) > ' ') out += c;
  return out;
}

// import pkg.log; pkg.log.warn(): the module by its whole path, and a class of Java by its package.
Origin of_path(const Model& model, Node path, const std::string& head, const std::string& module) {
  const bool java = model.tree->language() == Language::java;
  if (without_spaces(path.text()) != (java ? module + "." + head : module)) return Origin::other;
  Node first = path;
  while (first.last_id() > first.id()) first = first.named_child(0);
  const Found found = look_up(model, first, first.text(), java ? Space::value : Space::both);
  if (java || found.bindings == nullptr) return java && found.bindings == nullptr ? Origin::module : Origin::other;
  const auto imported = [&](const Binding& one) {
    return one.kind == BindingKind::import && one.import->name.empty() && one.import->module == first.text();
  };
  if (found.blurred || !std::ranges::all_of(*found.bindings, imported)) return Origin::unclear;
  return Origin::module;
}

}  // namespace

Origin origin_of(const Project& project, const Model& model, const CallMatch& match, const CallPattern& pattern,
                 const std::string& module) {
  if (match.head.is_any({"attribute", "field_access"})) return of_path(model, match.head, pattern.head(), module);
  const Found found = look_up(model, match.head, match.head.text(), Space::both);
  if (found.blurred) return Origin::unclear;
  const bool java = model.tree->language() == Language::java;
  const bool own_name = match.head.text() == (match.joined ? pattern.member() : pattern.head());
  if (found.bindings == nullptr) {
    // Free: of the own package, or brought by an import of everything.
    if (java && own_name && model.package == module) return Origin::module;
    return own_name && !model.star_imports.empty() ? Origin::unclear : Origin::other;
  }
  const Receiver receiver(project, model, module, pattern.head(), match.joined ? pattern.member() : "");
  const auto meant = std::ranges::count_if(*found.bindings, [&](const Binding& one) { return receiver.is_meant(one); });
  if (meant == 0) return Origin::other;
  return static_cast<std::size_t>(meant) == found.bindings->size() ? Origin::module : Origin::unclear;
}

}  // namespace argosy::code
