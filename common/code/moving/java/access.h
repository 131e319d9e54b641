// Members that are not public, and who would lose sight of them when types go to another package. One thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/code/moving/java/units.h"
#include "common/code/moving/rewriter.h"

namespace argosy::code::java {

// Of members without `public` and `private`, in all of some types. What a receiver is, is read off declarations beside the use; where they
// do not tell, the access counts. So does a method that overrides one which is seen in its own package alone.
class HiddenMembers {
 public:
  HiddenMembers(const Project& project, const Rules& rules, const std::vector<Type>& owners);
  // Refuses, as access_lost, what in the file may be an access to one of them. `here`: which tokens count.
  void look_for(const Model& model, const std::function<bool(Node)>& here, Rewriter& rewriter);

 private:
  struct Member {
    std::string owner;
    bool is_protected = false, is_method = false;
  };
  void add(Node declaration);
  bool is_access(const Model& model, Node token, const Member& member);
  bool is_creation(Node token, const Member& member) const;
  bool may_be(const Model& model, Node receiver, const Member& member);
  bool is_inherited(const Model& model, Node token, const Member& member);
  // The type's name, and those of all that extend it, in all files.
  const std::set<std::string>& family(const std::string& owner);

  const Project& project_;
  const Rules& rules_;
  std::map<std::string, std::vector<Member>, std::less<>> members_, constructors_;
  std::map<std::string, std::set<std::string>> families_;
};

}  // namespace argosy::code::java
