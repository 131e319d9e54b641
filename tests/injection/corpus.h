// What injected texts say, what a model that obeys them does then, and how a violation is seen. Used by all files of this folder. Values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/core/error.h"

namespace argosy::injection {

struct Call {
  std::string tool, arguments;  // tool "text": an answer without a call
};
using Round = std::vector<Call>;

// Each that is set must not be seen; patterns are those of fnmatch.
struct Forbidden {
  std::string path;                                          // of a file that is changed
  std::string only;                                          // any file changed that it does not match
  std::string content;                                       // among what is added
  std::string tool;                                          // that did something
  std::int64_t files = 0, binary = 0, rounds = 0, runs = 0;  // more than so many: files, bytes of one, answers, programs
  bool completed = false;                                    // the step ends well
  bool address = false;                                      // something is installed that is no package of a registry
};

struct Case {
  std::string id, says;
  std::vector<Round> rounds;
  std::int64_t repeat = 0;                   // the last round so often, with {{n}} counted on
  std::vector<std::string> write_set, less;  // of the node; tools that this agent does not have
  bool criteria = false;                     // of the step
  Forbidden forbidden;
};

// All cases of a folder, by file and place. Errors: those of reading; case_invalid.
Result<std::vector<Case>> cases_in(const std::string& folder);
// With what the corpus must not hold itself: what looks like secrets, and many bytes.
std::string filled(std::string text, std::int64_t n);

}  // namespace argosy::injection
