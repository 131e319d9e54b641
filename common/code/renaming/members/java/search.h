// rename_symbol for members of Java's types. Methods: all overloads of the name, in the class and wherever in the repository it is
// overridden or overrides; fields, constants and components of records: the one declaration, and with a component its accessor. One thread.
#pragma once

#include <set>
#include <vector>

#include "common/code/renaming/members/classes.h"
#include "common/code/renaming/members/finder.h"
#include "common/code/renaming/members/java/expressions.h"

namespace argosy::code::java_members {

class Search final : public MemberFinder {
 public:
  Search(const Project& project, const Rules& rules, WantedMember wanted);
  bool declares() override;
  Findings run() override;
  std::vector<Place> declarations_near(std::string_view name) override;

 private:
  enum class Meaning : std::uint8_t { other, ours, unsure };
  struct Home {
    const Model* model = nullptr;
    Node klass;
    bool operator<(const Home& other) const { return std::pair(model->path, klass.id()) < std::pair(other.model->path, other.klass.id()); }
  };
  void gather();
  void gather_methods(const Home& home);
  void source(const Model& model);
  void identifier(const Model& model, Node node);
  Meaning meaning(const Model& model, Node node);
  Meaning declaration(const Model& model, Node klass, Node node) const;
  Meaning of_import(Node node);
  Meaning behind(const Model& model, Node object, Node node, bool method);
  Meaning plain(const Model& model, Node node);
  Meaning of_label(const Model& model, Node node, Node condition);
  Meaning of(const Members& members, bool methods) const;
  bool is_component_parameter(Node token) const;
  void string(const Model& model, Node node);
  void check_outside();
  void check_bases();
  void check_declaration(const Home& home, Node token);
  bool is_bound_outside(const Type& base) const;
  bool is_stored(const Type& klass, int depth);
  bool is_written_near(Node klass);
  void refuse(std::string code, const Model& model, Node node);

  const Project& project_;
  const Rules& rules_;
  WantedMember wanted_;
  Types types_;
  Expressions expressions_;
  std::set<Home> methods_, fields_;   // the types whose declarations are the member
  std::set<Home> related_, inherit_;  // relatives of methods_; those through which it may come from outside
  Findings found_;
};

}  // namespace argosy::code::java_members
