// The places of one member of a class of C or C++: its declarations, definitions outside of the class, what is taken of objects, its plain
// name inside of the class, initializers and macros. One thread; the project must outlive it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/code/renaming/linked/members/typing.h"
#include "common/code/renaming/typed/flow.h"

namespace argosy::code::fields {

class Search final : public typed::Search {
 public:
  Search(const Project& project, const Rules& rules, tasks::RenameSymbol request);

  Result<void> find() override;
  Findings run() override;
  std::vector<Place> declared(const std::string& name) override;

 private:
  enum class Meaning : std::uint8_t { other, ours, unsure };
  Result<void> join_family(RecordId home);
  std::vector<RecordId> heirs_of(RecordId id);
  void check_bases();
  void source(const Model& model);
  void identifier(const Model& model, Node node);
  Meaning meaning(const Model& model, Node node);
  Meaning of_type(const Type& type);
  Meaning of_record(RecordId id);
  bool may_override(RecordId id);
  Meaning behind_path(const Model& model, Node node);
  Meaning plain(const Model& model, Node node);
  Meaning given_to_macro(const Model& model, Node node, bool bound);
  bool is_explained(const Model& model, Node at, const std::string& name);
  void directive(const Model& model, Node argument);
  void other_files();
  void comments(const Model& model);
  void decide(const Model& model, std::size_t at, Meaning meaning, std::string_view code);
  void refuse(std::string_view code, const Model& model, std::size_t at);
  const std::string& name() const { return request_.from; }

  const Project& project_;
  const Rules& rules_;
  tasks::RenameSymbol request_;
  Force force_;
  World world_;
  Typing typing_;
  std::set<RecordId> family_;  // that share objects with the class
  std::set<RecordId> group_;   // those of which the declarations are one member
  bool is_virtual_ = false;
  bool is_family_known_ = true;
  Findings found_;
};

}  // namespace argosy::code::fields
