// What a command of `argosy` was called with: options and positional words, checked against what the command declares. Pure, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::cli {

struct Option {
  std::string_view name;    // "--rename"
  std::string_view values;  // names of the words that follow it, "LANG FROM TO"; empty: a flag
  std::string_view doc;
  bool repeats = false;
};

// An option as it was given. Order is kept: the operations of a task are applied in it.
struct Given {
  std::string_view name;
  std::vector<std::string> values;
};

class Arguments {
 public:
  std::vector<std::string> positional;
  std::vector<Given> given;

  bool has(std::string_view option) const;
  std::optional<std::string> value(std::string_view option) const;  // the first value of the last one given
  std::vector<std::string> values(std::string_view option) const;   // the first values of all given
  // Error: usage, when it is not a number between the two.
  Result<std::optional<std::int64_t>> number(std::string_view option, std::int64_t least, std::int64_t most) const;
};

// `words` without program and command. Options may stand anywhere; `--name=value` works for options of one value; `--` ends them.
// Error (B) "usage": the message says which word is wrong.
Result<Arguments> parse_arguments(std::span<const std::string> words, std::span<const Option> options, std::size_t least_positional,
                                  std::size_t most_positional);

std::unexpected<Error> usage_error(std::string message);

}  // namespace argosy::cli
