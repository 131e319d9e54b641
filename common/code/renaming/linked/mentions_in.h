// Every place of a file of C or C++ where a name is written outside of comments, and what it can be there; of strings those that name
// symbols. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/renaming/linked/macros.h"
#include "common/code/renaming/linked/readable.h"
#include "common/code/renaming/linked/spaces.h"

namespace argosy::code::linked {

struct Mention {
  const Model* model = nullptr;
  std::size_t at = 0;
  Meaning meaning{};
  bool tag = false;         // behind struct, union, enum in C
  bool called = false;      // a bracket opens behind it
  bool replaced = false;    // a macro of that name would stand in for it
  bool condition = false;   // #if, #ifdef: whether there is such a macro
  bool quoted = false;      // a macro makes a text of it, too
  bool text = false;        // in a text that a compiler, an assembler or a loader looks it up by
  std::string_view code{};  // of the refusal, for what is unsure
};

class MentionsIn {
 public:
  MentionsIn(const Macros& macros, Spaces& spaces, std::string name) : macros_(macros), spaces_(spaces), name_(std::move(name)) {}
  std::vector<Mention> of(const Model& model);

 private:
  void identifier(Node node);
  void string(Node node);
  void directive(Node argument);
  void body(Node definition, Node argument);
  bool is_hidden_where_used(Node definition) const;

  const Macros& macros_;
  Spaces& spaces_;
  std::string name_;
  const Model* model_ = nullptr;
  std::optional<Readable> readable_;
  std::vector<Mention> found_;
};

}  // namespace argosy::code::linked
