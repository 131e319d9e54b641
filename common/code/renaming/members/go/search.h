// rename_symbol for methods and fields of Go's types. A method: in the type, in every interface that the type satisfies, and in all that
// satisfies those; told by the names of methods alone, so that rather too many follow than too few. A field: the one. One thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/code/renaming/members/finder.h"
#include "common/code/renaming/members/go/expressions.h"

namespace argosy::code::go_members {

class Search final : public MemberFinder {
 public:
  Search(const Project& project, const Rules& rules, WantedMember wanted);
  bool declares() override;
  Findings run() override;
  std::vector<Place> declarations_near(std::string_view name) override;

 private:
  enum class Meaning : std::uint8_t { other, ours, unsure };
  // A type with a method of the name, its own or a promoted one.
  struct Candidate {
    Type type;
    std::vector<Declaration> tokens;
    std::set<std::string> names{};  // of all its methods
    bool is_interface = false, open = false;
  };
  std::vector<Declaration> own();
  void gather();
  std::vector<Type> with_method();
  void add_embedding(std::vector<Type>& types);
  bool is_group(const Declaration& one) const;
  bool is_in_reach(const Declaration& one) const;
  void source(const Model& model);
  void identifier(const Model& model, Node node);
  Meaning meaning(const Model& model, Node node);
  Meaning of(const Selection& selection) const;
  void follow(const Model& model);
  void string(const Model& model, Node node);
  void check_templates();
  void check_outside();
  void note_mentions();
  void check_method(const Declaration& method);
  void check_field(const Declaration& field);
  void check_sight();
  void check_conversions();
  bool is_called_by_name(const Declaration& method, std::string_view type);
  bool is_from_outside(const Model& model, Node name);
  bool names_ours(const Model& model, Node signature);
  std::set<std::string> holders(std::string_view name);
  void refuse(std::string code, const Model& model, Node node);

  const Project& project_;
  const Rules& rules_;
  WantedMember wanted_;
  Types types_;
  Expressions expressions_;
  std::vector<Declaration> group_;
  std::set<std::pair<const Tree*, NodeId>> grouped_;                        // their tokens
  std::map<std::string, std::vector<const Model*>, std::less<>> mentions_;  // of types with a method of the group
  std::vector<Type> owners_;                                                // the named types that have one of the group
  Findings found_;
};

}  // namespace argosy::code::go_members
