// Checkpoints: what a step asks a person, and what the person answers. Values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/core/error.h"

namespace argosy::tasks {

struct Question {
  std::string name;                // the step's own, see is_checkpoint_name: asked again after a crash, it is the same checkpoint
  std::string type;                // for programs: "approval", "correction"
  std::string description;         // for people: what is to be decided
  std::optional<Error> because{};  // kept with the attempt: the error that only a person can get out of the way
};

enum class Verdict : std::uint8_t { approve, reject, correct };

// As its step finds it, in every attempt after it was given.
struct Answer {
  std::int16_t step = 0;
  std::string name;
  Verdict verdict = Verdict::approve;
  std::string text;  // of correct: the correction; of the others: a remark, may be empty
  std::string by{};  // who gave it
};

std::string_view to_string(Verdict verdict);
std::optional<Verdict> verdict_from_string(std::string_view text);

// Small letters, digits, dashes and underscores, at most 64, a letter or digit first.
bool is_checkpoint_name(std::string_view name);

// "101-review": one a step and name, whoever asks or answers first.
std::string checkpoint_id(std::int16_t step, std::string_view name);
std::optional<std::pair<std::int16_t, std::string>> checkpoint_from_id(std::string_view id);

}  // namespace argosy::tasks
