// What the preprocessor does with names before any grammar sees them: bodies of macros as tokens, and the macros that make new names or
// texts of what they are given. One thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/code/binding/project.h"
#include "common/code/renaming/linked/macro_text.h"

namespace argosy::code::linked {

struct Macro {
  std::string path;
  std::size_t at = 0;  // of its name, in the file's text
  bool function = false;
  std::vector<std::string> parameters{};
  std::string body{};
};

// Bounds of what a hostile source can cost; past them the answer is the one that refuses.
inline constexpr std::size_t kMaxMacroBytesRead = 64u << 20;    // of bodies and arguments, for all questions of one rename
inline constexpr std::size_t kMaxMacroBytesScanned = 1u << 30;  // of all bodies and of sources, for a macro that others may name
inline constexpr std::size_t kMaxMakersLooked = 200;            // uses of macros that may glue the name, looked for through the project

// Arguments, signs and comments of one call that are gone through to count; behind them nobody knows which argument it is.
inline constexpr std::size_t kMaxPlaces = 1000;
// Which argument of the list the node stands in, from 0; kMaxPlaces behind so many.
std::size_t place_in(Node list, Node node);

// What becomes of a name that is given to a macro.
enum class Mark : std::uint8_t {
  kept,
  quoted,  // a text is made of it, too: #x
  glued,   // another name is made of it: x##y
};

// All macros of the project that matter for some name, read from the text: where they stand does not matter.
class Macros {
 public:
  explicit Macros(const Project& project);

  // What the macro does with the argument at that place, itself or through the macros that it hands it on to.
  Mark mark(std::string_view macro, std::size_t argument) const;
  // What macros around the node do to it. One that is called outside of functions, where only macros are, may do anything.
  Mark mark_of(Node node) const;
  bool knows(std::string_view name) const { return macros_.contains(name); }
  // Whether the macro declares a class that inherits from its first argument.
  bool derives(std::string_view macro) const;
  // Whether the macro may take the argument for the name of a member: x->argument, offsetof, or by handing it on.
  bool takes_member(std::string_view macro, std::size_t argument) const;
  // Whether a macro's own text may stand behind a receiver: value.MACRO, offsetof(type, MACRO).
  bool may_name_member(std::string_view macro) const;
  // Whether the macro's body has the name, itself or through macros that it uses, and not as a parameter.
  bool writes(std::string_view macro, std::string_view name) const;
  // Whether the project finds symbols by their names' text while it runs.
  bool looks_symbols_up() const { return looks_symbols_up_; }
  // Places where a macro may glue this very name together out of pieces.
  std::vector<Place> makers(std::string_view name) const;

 private:
  using Argument = std::pair<std::string, std::size_t>;  // of a macro, by its name
  Mark worst_of(Argument first) const;
  // Adds to `open` what the macro hands that argument on to.
  Mark mark_here(const Macro& macro, std::size_t argument, std::vector<Argument>& open) const;
  bool is_fed(std::string_view macro, const std::string& piece) const;
  const std::vector<std::string>& holders(const std::string& piece) const;

  const Project& project_;
  bool looks_symbols_up_ = false;
  std::multimap<std::string, Macro, std::less<>> macros_;
  mutable std::map<Argument, Mark> marks_;
  mutable std::size_t read_ = 0, scanned_ = 0;
  mutable std::map<std::string, bool> in_bodies_;
  mutable std::map<std::string, std::vector<std::string>> holders_;  // files with the piece in them
};

}  // namespace argosy::code::linked
