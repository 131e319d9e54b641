// rename_symbol for methods and attributes of a class: its declarations in the class and its relatives, and what is taken of objects whose
// class is certain. One thread.
#pragma once

#include <set>
#include <string>

#include "common/code/renaming/members/classes.h"
#include "common/code/renaming/sites.h"
#include "common/tasks/change.h"

namespace argosy::code {

// `request.in` names the class. Errors are those of rename.h; receiver_unresolved also where a class inherits from outside what the
// member may override.
Result<Edit> rename_member(const SourceTree& tree, const Rules& rules, const tasks::RenameSymbol& request);

// Looks at every identifier and string that is written like the member, in every source that mentions it.
class MemberSearch {
 public:
  // `klass` declares the member.
  MemberSearch(const Project& project, const Rules& rules, const Model& model, Node klass, std::string name, std::string new_name,
               Force force);
  Findings run();
  // Declarations of `name` in classes that share objects with those whose member is renamed.
  std::vector<Place> declarations_near(std::string_view name) const;

 private:
  enum class Meaning : std::uint8_t { other, ours, unsure };
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
  std::string name_, new_name_;
  Force force_;
  std::set<Classes::Id> group_;  // the classes whose declarations are one member
  bool grew_ = false;
  Findings found_;
};

}  // namespace argosy::code
