// One case of the corpus: a tree, an answer, and what must come of it, all from one seed. Values, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/code/edits/edit_list.h"
#include "tests/edits/script.h"

namespace argosy::edits {

using Files = std::map<std::string, std::string>;

enum class Kind : std::uint8_t {
  clean,    // as the format asks for it
  slipped,  // damaged in a way that the ladder or a reader names
  harmed,   // damaged in another: refused, or exactly right
  hostile,  // must be refused
};
inline constexpr std::size_t kKinds = 4;

struct Mutation {
  Kind kind = Kind::clean;
  std::string what;  // the damage, for reports
  code::EditFormat format = code::EditFormat::automatic;
  Files tree, expected;
  std::string answer;
  std::string reverse;  // an answer that undoes it, or empty
};

// The same for the same seed.
Mutation mutate(const std::vector<Library>& libraries, std::uint64_t seed);

}  // namespace argosy::edits
