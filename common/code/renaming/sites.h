// Where a symbol's name is written, all over a project: what must be rewritten, and what nobody can decide. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/code/binding/resolver.h"
#include "common/code/renaming/findings.h"

namespace argosy::code {

// Looks at every identifier that is written like the target, in every source of the project that mentions it.
class SiteSearch {
 public:
  SiteSearch(const Project& project, const Rules& rules, Resolver& resolver, std::string_view new_name, Force force)
      : project_(project), rules_(rules), resolver_(resolver), new_name_(new_name), force_(force) {}
  Findings run();

 private:
  void source(const Model& model);
  void directive(const Model& model, Node comment);
  void identifier(const Model& model, Node node);
  void imported(const Model& model, Node node, const Use& use);
  void keyed(const Model& model, Node node, const Use& use);
  void decide(const Model& model, Node node, const Use& use, Verdict verdict);
  void replace(const Model& model, Node node, std::string before = {}, std::string after = {}, bool proven = true);
  void refuse(std::string code, const Model& model, Node node);
  const std::string& name() const { return resolver_.target().name; }

  const Project& project_;
  const Rules& rules_;
  Resolver& resolver_;
  std::string_view new_name_;
  Force force_;
  Findings found_;
};

}  // namespace argosy::code
