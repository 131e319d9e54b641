// What an agent has done, kept by the program beside the conversation: no summary can lose it, and it is told to the model after each.
// One loop at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::agent {

inline constexpr std::size_t kMaxRanKept = 40;     // runs, the newest
inline constexpr std::size_t kMaxNotes = 40;       // lines of the plan
inline constexpr std::size_t kMaxNoteBytes = 240;  // of one line, and of what is kept of a run

struct WorkRecord {
  struct Read {
    std::string digest;  // of the file's bytes when it was read
    std::int64_t round = 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> lines{};  // read, from and to; empty: all
    friend bool operator==(const Read&, const Read&) = default;
  };
  struct Ran {
    std::string command;
    int exit_code = 0;
    std::int64_t round = 0;
    std::string note{};  // "12 passed, 1 failed: test_a"
    friend bool operator==(const Ran&, const Ran&) = default;
  };
  std::map<std::string, Read> read;            // by path
  std::vector<Ran> ran;                        // bounded, the newest last
  std::vector<std::string> notes;              // the agent's own plan, and what is done of it
  std::map<std::string, std::int64_t> edited;  // by path: in which round last

  // Takes the lines "- [ ] ..." and "- [x] ..." of an answer: a line of the plan that is known changes its mark, another one is added.
  void note_plan(std::string_view answer);
  void note_run(Ran ran);

  // For the model, at most so many bytes; our words around others' paths and commands. Empty when there is nothing to tell.
  std::string in_words(std::size_t max_bytes) const;
  json::Value to_json() const;
  // Errors (B): agent_state_invalid.
  static Result<WorkRecord> from_json(const json::Value& value);
  friend bool operator==(const WorkRecord&, const WorkRecord&) = default;
};

}  // namespace argosy::agent
