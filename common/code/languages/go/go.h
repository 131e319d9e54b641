// Go's rules: packages whose files share one scope, blocks in which a name begins where it is declared, keys of literals that are fields
// or expressions depending on the literal's type. A module is "folder:package". Stateless.
#pragma once

#include "common/code/binding/project.h"
#include "common/code/binding/rules.h"

namespace argosy::code {

class GoRules final : public Rules {
 public:
  std::optional<Language> language_of(std::string_view path) const override;
  std::span<const std::string_view> unreadable_extensions() const override;
  std::span<const std::string_view> foreign_folders() const override;
  bool is_keyword(std::string_view name) const override;

  Model bind(const Tree& tree, std::string path) const override;
  bool is_identifier(Node node) const override;
  Use use(const Project& project, const Model& model, Node identifier) const override;
  // Receivers are told apart by use(): behind an import, or a value.
  Shape shape(const Model&, Node) const override { return {.kind = Shape::thing}; }
  bool is_string(Node node) const override { return node.is_any({"interpreted_string_literal", "raw_string_literal"}); }
  StringUse string_use(const Model& model, Node string) const override;
  bool is_directive(Node comment) const override;
  bool is_vague_type(Node) const override { return true; }
  std::vector<std::pair<Node, std::string>> followers(const Model& model, const Target& target, std::string_view to) const override;

  std::vector<std::string> resolve(const Project& project, const Model& importer, std::string_view module) const override;
  std::string module_of(const Model& model) const override;
  std::string dotted_name(const Project& project, const std::string& module) const override;

  bool knows_members() const override { return true; }
  bool is_special_member(std::string_view) const override { return false; }
  bool has_packages() const override { return true; }
  bool is_visible_outside(std::string_view name) const override;
};

}  // namespace argosy::code
