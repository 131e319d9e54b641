// The rules of JavaScript and TypeScript, one family: a program mixes them freely. ES modules, CommonJS, and scripts without either.
// Stateless.
#pragma once

#include "common/code/binding/project.h"
#include "common/code/binding/rules.h"

namespace argosy::code {

class EcmaScriptRules final : public Rules {
 public:
  std::optional<Language> language_of(std::string_view path) const override;
  std::span<const std::string_view> unreadable_extensions() const override;
  std::span<const std::string_view> foreign_folders() const override;
  bool is_keyword(std::string_view name) const override;

  Model bind(const Tree& tree, std::string path) const override;
  bool is_identifier(Node node) const override;
  Use use(const Project& project, const Model& model, Node identifier) const override;
  Shape shape(const Model& model, Node expression) const override;
  bool is_string(Node node) const override { return node.is_any({"string", "template_string"}); }
  StringUse string_use(const Model& model, Node string) const override;
  std::vector<Node> computed_lookups(const Model& model) const override;
  bool is_container_method(std::string_view name) const override;
  bool is_vague_type(Node type) const override;
  std::string_view separators() const override { return "."; }

  std::vector<std::string> resolve(const Project& project, const Model& importer, std::string_view module) const override;
  std::string dotted_name(const Project& project, const std::string& module) const override;

  std::vector<std::string> described_by(const Project& project, const std::string& path) const override;
  bool is_defined_twice(const std::vector<Binding>& bindings) const override;
  bool exports_everything() const override { return false; }

  bool knows_members() const override { return true; }
  std::vector<Node> bases(Node klass) const override;
  bool is_plain_base(Node base) const override;
  Node declared_in(const Model& model, Node identifier) const override;
  Owner owner_of(Node object) const override;
};

// Whether a name of CommonJS (exports, module, require) means CommonJS's own at a node.
bool is_common_js(const Model& model, Node at, std::string_view name);
// exports, module.exports.
bool is_own_exports(const Model& model, Node expression);
// The text of the module that require("m") or import("m") loads, or nothing.
std::optional<std::string_view> loaded_module(const Model& model, Node call);

// Fills in what leaves a file: after its scopes are known.
void find_exports(Model& model);

}  // namespace argosy::code
