// The places of one member of a type of Rust: a field, or a method or associated function of an impl or a trait. One thread; the project
// must outlive it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/code/renaming/paths/members/typing.h"
#include "common/code/renaming/typed/flow.h"

namespace argosy::code::impls {

class Search final : public typed::Search {
 public:
  Search(const Project& project, const Rules& rules, tasks::RenameSymbol request);

  Result<void> find() override;
  Findings run() override;
  std::vector<Place> declared(const std::string& name) override;

 private:
  enum class Meaning : std::uint8_t { other, ours, unsure };
  bool is_field() const { return request_.kind == "attribute"; }
  Result<void> join_trait(const std::vector<Method>& methods);
  void check_attributes();
  void look_at_attributes(const Model& model, Node item);
  void source(const Model& model);
  void identifier(const Model& model, Node node);
  void field_name(const Model& model, Node node);
  Meaning of_declaration(const Model& model, Node function);
  Meaning of_type(const Type& type);
  Meaning of_own(const Type& type);
  Meaning of_bounded(const Type& type);
  Meaning behind_path(const Model& model, Node node);
  Meaning behind(const Model& model, Node at, const std::vector<std::string>& path);
  void token(const Model& model, Node node);
  Type before_point(const Model& model, Node token, int depth);
  void string(const Model& model, Node node);
  void decide(const Model& model, Node node, Meaning meaning, const std::string& before = {}, Node from = {});
  void refuse(std::string_view code, const Model& model, Node node);
  const std::string& name() const { return request_.from; }

  const Project& project_;
  const Rules& rules_;
  tasks::RenameSymbol request_;
  Force force_;
  Crate crate_;
  Typing typing_;
  Type home_;                        // the type, or the trait as what has it
  Thing group_;                      // the type or trait that declares the member
  bool of_trait_ = false;            // a method of a trait: all its impls have it
  bool spreads_ = false;             // the trait is there for types that are not the workspace's, or for all that fit
  std::vector<At> implementations_;  // of the trait
  std::vector<Type> implementors_;   // of the workspace
  Findings found_;
};

}  // namespace argosy::code::impls
