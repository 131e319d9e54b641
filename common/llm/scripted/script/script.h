// A script in place of a model: rules that say what is answered to which request. Read once at start, strictly: what nobody knows, and what
// is not as it has to be, is one line with file, line and column. Used by ScriptedModel. parse_script() is pure; choose() is thread-safe.
//
//   rules:                               # the first that fits answers; JSON is YAML, too
//     - when:                            # all that stands here must hold; without it every request fits
//         text: [rename, "to price"]     # in what the user said last, each of them
//         regex: "def [a-z_]+"           # in the same; as in JSON Schema, without \d and counted repeats
//         result: "1 failed"             # in the newest results of tools, each of them
//         result_of: read_file           # these tools have a newest result
//         failed: true                   # whether one of these results is a failure
//         tools: [edit_file]             # offered, each of them
//         turn: 2                        # the so-manieth answer of its conversation
//         call: 7                        # the so-manieth of this process
//         kind: edit                     # what the call is for, who asks, and which model
//         role: coder
//         model: small
//       times: 1                         # at most so often, in this process; else again and again
//       answer:                          # or its text alone
//         text: Done.
//         thinking: It is one name only.
//         tool_calls: [{name: edit_file, arguments: {path: a.py}}]   # arguments as a text are read as a model's are; id, if it matters
//         stop: max_tokens               # end_turn, or tool_use with calls
//         usage: {input: 100, output: 20, cached: 0, cache_written: 0, reasoning: 0}   # without it: a token for four bytes
//       fault: model_overloaded          # one of the codes of faults/, or {code, message, retry_after_ms}; ends what the answer began
//       delay_ms: 100                    # before the first piece, pause_ms between two
//       pause_ms: 10
//       pieces: 4
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/json_schema.h"
#include "common/llm/scripted/playback.h"

namespace argosy::llm {

inline constexpr std::size_t kMaxScriptBytes = 4u << 20, kMaxScriptDepth = 24, kMaxScriptNodes = 200'000;
inline constexpr std::size_t kMaxScriptText = 1u << 20, kMaxScriptRegex = 1'000, kMaxScriptRules = 1'000;
inline constexpr std::size_t kMaxLookedAt = 1u << 20;  // of one request's text and results: rules look no further

struct When {
  std::vector<std::string> text{}, result{}, result_of{}, tools{};
  std::shared_ptr<const json::Schema> regex{};  // of a string with that pattern
  std::optional<bool> failed{};
  std::optional<std::int64_t> turn{}, call{};
  std::string kind{}, role{}, model{};
};

struct Rule {
  When when{};
  std::optional<std::int64_t> times{};
  Playback then{};
  bool counts_usage = true;  // the script does not say what it took
};

// What rules look at in a request.
struct Asked {
  std::string text, results;  // what the user said last; the newest results of tools
  std::vector<std::string> result_of{}, tools{};
  bool failed = false;
  std::int64_t turn = 1;
  std::string kind, role, model;
};
Asked asked(const Request& request, const CallOptions& options, std::string_view model);

class Script {
 public:
  Script(std::string name, std::vector<Rule> rules);

  // The first rule that fits, counted as used. Error (B): script_has_no_rule, which quotes the request.
  Result<const Rule*> choose(const Asked& asked);  // lives as long as the script

 private:
  const std::string name_;
  const std::vector<Rule> rules_;
  std::mutex mutex_;
  std::vector<std::int64_t> used_;
  std::int64_t calls_ = 0;
};

// Errors (B): script_invalid, the message begins with "NAME:LINE:COLUMN: "; script_unreadable.
Result<std::vector<Rule>> parse_script(std::string_view bytes, std::string_view name);
Result<std::shared_ptr<Script>> load_script(const std::string& path);

}  // namespace argosy::llm
