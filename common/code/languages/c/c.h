// The rules of C and C++: blocks in which a name begins where it is declared, tags apart from other names (C), namespaces and classes as
// scopes of their own (C++). What belongs together over files is no matter of modules here but of includes and linkage: renaming/linked.
// Stateless but for how headers are read.
#pragma once

#include "common/code/binding/project.h"
#include "common/code/binding/rules.h"

namespace argosy::code {

class CRules final : public Rules {
 public:
  // Which grammar reads a ".h".
  explicit CRules(Language headers) : headers_(headers) {}

  std::optional<Language> language_of(std::string_view path) const override;
  std::span<const std::string_view> unreadable_extensions() const override;
  std::span<const std::string_view> foreign_folders() const override;
  bool is_keyword(std::string_view name) const override;

  Model bind(const Tree& tree, std::string path) const override;
  bool is_identifier(Node node) const override;
  Use use(const Project& project, const Model& model, Node identifier) const override;
  Shape shape(const Model&, Node) const override { return {.kind = Shape::thing}; }
  bool is_string(Node node) const override { return node.is_any({"string_literal", "raw_string_literal"}); }
  StringUse string_use(const Model&, Node) const override { return {}; }
  bool is_vague_type(Node) const override { return true; }
  std::vector<std::string> resolve(const Project&, const Model&, std::string_view) const override { return {}; }
  std::string dotted_name(const Project&, const std::string&) const override { return {}; }

 private:
  Language headers_;
};

}  // namespace argosy::code
