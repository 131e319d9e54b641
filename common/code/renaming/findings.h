// What searches of renames and moves find: places to be rewritten, and reasons to refuse. Values, any thread.
#pragma once

#include <string>
#include <vector>

#include "common/code/source_tree.h"

namespace argosy::code {

// A piece of a file to be replaced.
struct Site {
  std::string path;
  std::size_t start = 0, end = 0;
  std::string text;
  std::size_t name_at = 0;  // where in `text` the new name begins
  bool proven = true;       // by resolution; false when only the user's word says so
};

// A reason not to touch anything. The codes are those of rename.h.
struct Refusal {
  std::string code;
  Place place;
};

struct Findings {
  std::vector<Site> sites;  // by path and place
  std::vector<Refusal> refusals;
};

// What the user allows beyond what can be proven.
struct Force {
  bool strings = false, comments = false, attributes = false;
};

}  // namespace argosy::code
