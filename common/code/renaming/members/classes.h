// The classes of a project that have to do with one of them: what it inherits, what inherits from it, and what these declare. One thread;
// the project must outlive it.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/code/binding/values.h"

namespace argosy::code {

// Classes of one family, and the bytes that are read for their names; past either: project_too_large.
inline constexpr std::size_t kMaxFamily = 4096;
inline constexpr std::size_t kMaxHeirBytes = std::size_t{16} << 30;

class Classes {
 public:
  using Id = std::size_t;
  static constexpr Id kNone = static_cast<Id>(-1);
  struct Class {
    const Model* model = nullptr;
    Node node;
    std::vector<Id> bases{}, heirs{};
    std::vector<Node> foreign_bases{};  // from outside the repository, or not to be found out
  };

  // The class that a base means, or anything else.
  using Resolve = std::function<Value(const Model& model, Node base)>;

  // Looks through the project for the whole family of the class; Project::problem tells when that is too large.
  Classes(const Project& project, const Rules& rules, Resolve resolve, const Model& model, Node klass);

  const Class& at(Id id) const { return all_[id]; }
  // kNone for a class that is no relative.
  Id find(Node klass) const;
  Id size() const { return all_.size(); }
  std::set<Id> ancestors(const std::set<Id>& of) const;    // of any of them
  std::set<Id> descendants(const std::set<Id>& of) const;  // of any of them
  // The tokens that declare the member in the class's own code.
  std::vector<Node> declarations(Id id, std::string_view member) const;
  // The classes that may have declared what is taken as a member of an object of the class: of its own, its bases', and those of
  // what it may be at run time, the ones that declare it.
  std::set<Id> declaring(Id id, const std::function<bool(Id)>& declares) const;
  // These, with all that declare the member and share an object with one of them, or with one of those, and so on.
  std::set<Id> sharing(const std::set<Id>& start, const std::function<bool(Id)>& declares) const;

 private:
  using Key = std::pair<const Tree*, NodeId>;
  static Key key_of(Node klass) { return {&klass.tree(), klass.id()}; }
  void add(const Model& model, Node klass);
  Id enter(const Model& model, Node klass);
  void add_bases(Id id);
  bool read_heirs(const std::set<std::string, std::less<>>& names);
  void index(const Model& model);
  bool is_too_large() const;

  const Project& project_;
  const Rules& rules_;
  Resolve resolve_;
  std::vector<Class> all_;
  std::map<Key, Id> ids_;
  std::set<const Model*> indexed_;
  std::map<Key, std::vector<std::pair<const Model*, Node>>> heirs_;  // of a class, in the models that are indexed
  std::size_t read_ = 0;
};

}  // namespace argosy::code
