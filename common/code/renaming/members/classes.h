// The classes of a project that have to do with one of them: what it inherits, what inherits from it, and what these declare. One thread;
// the project must outlive it.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string_view>
#include <vector>

#include "common/code/binding/values.h"

namespace argosy::code {

class Classes {
 public:
  using Id = std::size_t;
  static constexpr Id kNone = static_cast<Id>(-1);
  struct Class {
    const Model* model = nullptr;
    Node node;
    std::vector<Id> bases{};
    std::vector<Node> foreign_bases{};  // from outside the repository, or not to be found out
  };

  // The class that a base means, or anything else.
  using Resolve = std::function<Value(const Model& model, Node base)>;

  // Looks through the project for the whole family of the class.
  Classes(const Project& project, const Rules& rules, Resolve resolve, const Model& model, Node klass);

  const Class& at(Id id) const { return all_[id]; }
  // kNone for a class that is no relative.
  Id find(Node klass) const;
  Id size() const { return all_.size(); }
  std::set<Id> ancestors(Id id) const;    // without itself
  std::set<Id> descendants(Id id) const;  // without itself
  // The tokens that declare the member in the class's own code.
  std::vector<Node> declarations(Id id, std::string_view member) const;
  // The classes that may have declared what is taken as a member of an object of the class: of its own, its bases', and those of
  // what it may be at run time, the ones that declare it.
  std::set<Id> declaring(Id id, const std::function<bool(Id)>& declares) const;

 private:
  Id add(const Model& model, Node klass);
  void add_heirs(std::string_view name);

  const Project& project_;
  const Rules& rules_;
  Resolve resolve_;
  std::vector<Class> all_;
};

}  // namespace argosy::code
