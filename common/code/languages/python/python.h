// Python's rules: function scopes, class bodies that only they themselves see, modules as files and packages, __all__. Stateless.
#pragma once

#include "common/code/binding/project.h"
#include "common/code/binding/rules.h"

namespace argosy::code {

class PythonRules final : public Rules {
 public:
  std::optional<Language> language_of(std::string_view path) const override;
  std::span<const std::string_view> unreadable_extensions() const override;
  std::span<const std::string_view> foreign_folders() const override;
  bool is_keyword(std::string_view name) const override;

  Model bind(const Tree& tree, std::string path) const override;
  bool is_identifier(Node node) const override { return node.is("identifier"); }
  Use use(const Project& project, const Model& model, Node identifier) const override;
  Shape shape(const Model& model, Node expression) const override;
  bool is_string(Node node) const override { return node.is("string"); }
  StringUse string_use(const Model& model, Node string) const override;
  std::vector<Node> computed_lookups(const Model& model) const override;
  bool is_container_method(std::string_view name) const override;
  bool is_vague_type(Node type) const override;

  std::vector<std::string> resolve(const Project& project, const Model& importer, std::string_view module) const override;
  std::string submodule(const Project& project, const std::string& module, std::string_view name) const override;
  std::string dotted_name(const Project& project, const std::string& module) const override;

  std::vector<std::string> described_by(const Project& project, const std::string& path) const override;
  bool is_injected(const Binding& binding) const override;
  bool is_defined_twice(const std::vector<Binding>& bindings) const override;
  bool knows_members() const override { return true; }
  std::vector<Node> bases(Node klass) const override;
  bool is_plain_base(Node base) const override;
  Node declared_in(const Model& model, Node identifier) const override;
  Owner owner_of(Node object) const override;
  bool names_parameter(Node declaration) const override;
  bool comes_with_star(std::string_view name) const override { return !name.starts_with('_'); }
  std::string_view import_alias() const override { return " as "; }
};

}  // namespace argosy::code
