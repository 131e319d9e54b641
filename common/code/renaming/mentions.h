// Strings, comments and files of other kinds that mention a symbol: what a rename by resolution does not see. What may mean the symbol is
// refused, or rewritten on the user's word; what surely means something else is left alone. One thread.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "common/code/renaming/sites.h"

namespace argosy::code {

class MentionSearch {
 public:
  MentionSearch(const Project& project, const Rules& rules, Resolver& resolver, std::string_view new_name, Force force)
      : project_(project), rules_(rules), resolver_(resolver), new_name_(new_name), force_(force) {}
  // Adds to what the site search found; comments count only in files that it touches.
  void run(Findings& found);

 private:
  void find_offering_modules();
  void source(const Model& model, bool touched);
  void string(const Model& model, Node string);
  bool means_symbol(const Model& model, Node string, const StringUse& use);
  bool is_dotted(std::string_view text, std::size_t at) const;
  bool has_computed_lookup(const Model& model);
  void comment(const Model& model, Node comment);
  void other_file(const std::string& path);
  void report(std::string code, const std::string& path, std::size_t at, bool forced, const std::function<Place()>& place);
  const std::string& name() const { return resolver_.target().name; }

  const Project& project_;
  const Rules& rules_;
  Resolver& resolver_;
  std::string_view new_name_;
  Force force_;
  Findings* found_ = nullptr;
  std::set<std::string> dotted_;  // modules that offer the symbol, as strings write them
};

}  // namespace argosy::code
