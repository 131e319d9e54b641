// What a check of a model found: a grade for each ability. Used by the check, the command line and whoever chooses models. Values, any
// thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/llm/ledger.h"
#include "common/llm/models/model.h"

namespace argosy::llm {

// In the order in which they are tried.
enum class Ability : std::uint8_t {
  plain,         // an answer in one piece
  stream,        // an answer piece by piece, to its end mark
  tool_call,     // a call with the arguments that were asked for
  two_calls,     // two of them in one answer
  tool_result,   // the model uses what a call brought
  schema,        // an answer of the schema that was given
  usage,         // tokens are reported, and can be true
  long_input,    // a conversation near the limit that models.yaml states
  cancellation,  // a stream can be left, and the next call is served
  error_shape,   // what is refused is refused in a way that is understood
};
inline constexpr std::array kAbilities{Ability::plain,  Ability::stream, Ability::tool_call,  Ability::two_calls,    Ability::tool_result,
                                       Ability::schema, Ability::usage,  Ability::long_input, Ability::cancellation, Ability::error_shape};

enum class Grade : std::uint8_t { ok, weak, fails, skipped };

std::string_view to_string(Ability ability);
std::string_view to_string(Grade grade);
std::optional<Ability> ability_from_string(std::string_view text);
std::optional<Grade> grade_from_string(std::string_view text);

struct Verdict {
  Grade grade = Grade::ok;
  std::string why{};         // of anything but ok; of ok what is worth knowing
  std::string what_to_do{};  // of what fails
  // The way to the model failed, or its account: nothing is known of the model itself, and nothing of it is kept.
  bool not_the_model = false;
  bool operator==(const Verdict&) const = default;
};

struct Finding {
  Ability ability = Ability::plain;
  Verdict verdict{};
  std::optional<std::chrono::milliseconds> took{}, first_byte{};
  std::int64_t input_tokens = 0;  // of long_input: how much was read
  bool operator==(const Finding&) const = default;
};

struct CheckReport {
  std::string name{}, api{}, base_url{}, model{};  // what was asked, as models.yaml had it
  UnixMillis at = 0;
  std::vector<Finding> findings{};
  Spend spent{};  // by the usage reported; where there was none, the worst case

  const Finding* of(Ability ability) const;
  bool fails() const;
  bool shows_the_model() const;  // false: its plain answer failed, and not by the model's fault
};

json::Object report_json(const CheckReport& report);
// Nothing for what is no report; abilities and grades of another version are left out.
std::optional<CheckReport> report_from_json(const json::Value& value);

// Whether it was this model that was checked, and not another one under its name.
bool is_about(const CheckReport& report, const ModelEntry& entry);
// Where models.yaml says something else than what was found, each as one sentence; also when another model was checked under the name.
std::vector<std::string> contradictions(const ModelEntry& entry, const CheckReport& report);

}  // namespace argosy::llm
