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

struct WorkRecord {
  struct Read {
    std::string digest;  // of the file's bytes when it was read
    std::int64_t round = 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> lines{};  // read, from and to; empty: all
  };
  struct Ran {
    std::string command;
    int exit_code = 0;
    std::int64_t round = 0;
    std::string note{};  // "12 passed, 1 failed: test_a"
  };
  std::map<std::string, Read> read;            // by path
  std::vector<Ran> ran;                        // bounded, the newest last
  std::vector<std::string> notes;              // the agent's own plan, and what is done of it
  std::map<std::string, std::int64_t> edited;  // by path: in which round last

  // For the model, at most so many bytes; our words around others' paths and commands.
  std::string in_words(std::size_t max_bytes) const;
  json::Value to_json() const;
  static Result<WorkRecord> from_json(const json::Value& value);
};

}  // namespace argosy::agent
