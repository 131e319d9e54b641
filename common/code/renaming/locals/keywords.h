// Calls that name a parameter: f(name=1). A rename of a parameter in Python must change them. One thread.
#pragma once

#include "common/code/binding/values.h"
#include "common/code/renaming/sites.h"

namespace argosy::code {

class KeywordSearch {
 public:
  // `function` stands in `home`, and has the parameter `name`.
  KeywordSearch(const Project& project, const Rules& rules, const Model& home, Node function, std::string_view name)
      : project_(project), values_(project, rules), home_(home), function_(function), name_(name) {}
  // Adds what calls of the function say of the parameter, and refuses calls that may be of it.
  void run(std::string_view new_name, Force force, Findings& found);

 private:
  enum class Meaning : std::uint8_t { ours, other, unknown };
  void find_other_uses();
  void check_decorators(Findings& found) const;
  Meaning meaning_of(const Model& model, Node call);
  bool may_be_ours(Node call) const;
  bool is_method() const;
  bool is_constructor() const;
  std::string_view called() const { return function_.get("name").text(); }

  const Project& project_;
  Values values_;
  const Model& home_;
  Node function_;
  std::string_view name_;
  bool handed_on_ = false;  // the function is also a value, so that it may be called under any name
};

}  // namespace argosy::code
