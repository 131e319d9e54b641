// What a rename of a member asks of a language: where a member of one class is written, all over a project. One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/binding/project.h"
#include "common/code/renaming/findings.h"

namespace argosy::code {

// The member and the class that declares it.
struct WantedMember {
  const Model* model = nullptr;  // of the class's file
  Node klass;
  std::string kind;  // method or attribute
  std::string name, new_name;
  Force force{};
};

class MemberFinder {
 public:
  virtual ~MemberFinder() = default;
  // Whether the class itself declares a member of that name and kind.
  virtual bool declares() = 0;
  // Every place that means the member, and what cannot be decided.
  virtual Findings run() = 0;
  // Declarations of `name` in classes that share objects with those whose member is renamed. After run().
  virtual std::vector<Place> declarations_near(std::string_view name) = 0;
};

// For a language whose rules know members. The project and the rules must outlive it.
std::unique_ptr<MemberFinder> find_member(const Project& project, const Rules& rules, WantedMember wanted);

}  // namespace argosy::code
