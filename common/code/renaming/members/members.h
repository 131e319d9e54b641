// rename_symbol for methods and attributes of a class: its declarations in the class and its relatives, and what is taken of objects whose
// class is certain. MemberSearch is that for languages whose values have classes (Python, JavaScript, TypeScript). One thread.
#pragma once

#include <map>
#include <set>
#include <string>

#include "common/code/renaming/members/classes.h"
#include "common/code/renaming/members/finder.h"
#include "common/tasks/change.h"

namespace argosy::code {

// `request.in` names the class. Errors are those of rename.h; receiver_unresolved or name_bound_outside also where a class inherits from
// outside what the member may override.
Result<Edit> rename_member(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request);

// Looks at every identifier and string that is written like the member, in every source that mentions it.
class MemberSearch final : public MemberFinder {
 public:
  MemberSearch(const Project& project, const Rules& rules, WantedMember wanted);
  bool declares() override;
  Findings run() override;
  std::vector<Place> declarations_near(std::string_view name) override;

 private:
  enum class Meaning : std::uint8_t { other, ours, unsure };
  std::set<Classes::Id> declaring(Classes::Id id);
  bool has_own(Classes::Id id);
  void source(const Model& model);
  void identifier(const Model& model, Node node);
  void string(const Model& model, Node node);
  void check_bases();
  Meaning of_receiver(const Model& model, Node object);
  Meaning of_class(Node klass);
  Meaning of_id(Classes::Id id);
  bool has_unknown_lookup(const Model& model);
  void decide(const Model& model, Node node, Meaning meaning, const std::string& after = {});
  void refuse(std::string code, const Model& model, Node node);

  const Project& project_;
  const Rules& rules_;
  Values values_;
  Classes classes_;
  std::string kind_, name_, new_name_;
  Force force_;
  std::set<Classes::Id> group_;              // the classes whose declarations are one member
  std::map<Classes::Id, bool> own_;          // whether the class itself declares the member
  std::map<Classes::Id, Meaning> meanings_;  // of objects of a class, in one pass
  bool grew_ = false;
  Findings found_;
};

}  // namespace argosy::code
