// Java's rules: the top-level types of packages, whose files share one scope. A module is a package; types and variables live apart, and
// a variable hides a type where either may stand. Stateless.
#pragma once

#include "common/code/binding/project.h"
#include "common/code/binding/rules.h"

namespace argosy::code {

class JavaRules final : public Rules {
 public:
  std::optional<Language> language_of(std::string_view path) const override;
  std::span<const std::string_view> unreadable_extensions() const override;
  std::span<const std::string_view> foreign_folders() const override;
  bool is_keyword(std::string_view name) const override;

  Model bind(const Tree& tree, std::string path) const override;
  bool is_identifier(Node node) const override { return node.is_any({"identifier", "type_identifier"}); }
  Use use(const Project& project, const Model& model, Node identifier) const override;
  Use local_use(const Project& project, const Model& model, Node identifier) const override;
  // Receivers are told apart by use(): a package, a type, or a value.
  Shape shape(const Model&, Node) const override { return {.kind = Shape::thing}; }
  bool is_string(Node node) const override { return node.is("string_literal"); }
  StringUse string_use(const Model&, Node) const override { return {}; }
  std::string_view separators() const override { return ".:/#$"; }
  bool is_vague_type(Node) const override { return true; }

  // Any package may be of this repository: the resolver only compares it with the symbol's.
  std::vector<std::string> resolve(const Project&, const Model&, std::string_view module) const override { return {std::string(module)}; }
  std::string module_of(const Model& model) const override { return model.package; }
  std::string dotted_name(const Project&, const std::string& module) const override { return module; }

  bool is_defined_twice(const std::vector<Binding>& bindings) const override { return bindings.size() > 1; }
  bool knows_members() const override { return true; }
  bool is_special_member(std::string_view name) const override;
  bool is_nameless_class(Node node) const override;
  std::vector<Node> bases(Node klass) const override;
  Node declared_in(const Model& model, Node identifier) const override;
  std::string moved_path(const std::string& path, std::string_view from, std::string_view to) const override;
  bool has_packages() const override { return true; }
};

}  // namespace argosy::code
