// Follows names from file to file: does this identifier mean the symbol? Answers are kept, so that a rename asks each question once.
// Cycles of imports end: what is being asked already counts as "something else". One thread; the project must outlive it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/code/binding/values.h"

namespace argosy::code {

// The symbol: a name in the root of one module (several, where a stub stands beside its source).
struct Target {
  std::string name;
  std::set<std::string> modules;         // as Rules::module_of names them
  std::set<std::string> exports_only{};  // those of them in which it has no variable: exports.name = function () {}
};

enum class Verdict : std::uint8_t {
  other,   // it means something else
  ours,    // it means the symbol, under the symbol's own name
  mixed,   // a variable that is the symbol on one way and something else on another
  unsure,  // nobody can tell
};

class Resolver {
 public:
  Resolver(const Project& project, const Rules& rules, Target target)
      : project_(project), rules_(rules), target_(std::move(target)), values_(project, rules) {}

  // Of an identifier that is written like the symbol.
  Verdict of(const Model& model, Node identifier, const Use& use);
  // Of the name, looked up in the scopes around a node.
  Verdict of_name(const Model& model, Node at, Space space);
  // Of what a receiver has under the symbol's name.
  Verdict of_receiver(const Model& model, Node receiver);
  // Of what a module offers under the symbol's name.
  Verdict of_module(const std::string& module);
  // Of what an import takes.
  Verdict of_import(const Model& importer, const Import& import);
  // Of the root variable with the symbol's name; `other` where there is none.
  Verdict of_root(const Model& model);

  const Target& target() const { return target_; }
  bool is_home(const Model& model) const { return target_.modules.contains(rules_.module_of(model)); }
  bool is_variable_in(const Model& model) const { return is_home(model) && !target_.exports_only.contains(rules_.module_of(model)); }

 private:
  bool package_defines(const Model& model);
  Verdict of_role(const Model& model, Node identifier, const Use& use);
  Verdict of_bindings(const Model& model, const std::vector<Binding>& bindings, bool root);
  bool is_own_name(const Model& model, const Binding& binding) const;
  Verdict of_binding(const Model& model, const Binding& binding);
  Verdict in_file(const Model& model);
  Verdict of_export(const Model& model, const Export& entry);
  Verdict of_stars(const Model& model, const std::vector<std::string>& stars);

  const Project& project_;
  const Rules& rules_;
  Target target_;
  Values values_;
  std::map<std::string, Verdict> modules_;
  std::map<const Model*, Verdict> roots_;
};

}  // namespace argosy::code
