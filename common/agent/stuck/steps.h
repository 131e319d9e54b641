// A history as calls with their results, for comparing. Used by stuck.cc. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/agent/stuck.h"

namespace argosy::agent {

// Equal parts are equal texts. Empty `call`: the action is not known; no `result`: there is none yet.
struct StuckStep {
  std::string call;
  std::optional<std::string> result{};
  std::string error{};  // what went wrong; empty: nothing
  bool changed_files = false;
  std::int64_t round = 0;
  friend bool operator==(const StuckStep& a, const StuckStep& b) { return a.call == b.call && a.result == b.result; }
};

// An observation that stands alone belongs to the oldest action that has none.
std::vector<StuckStep> steps_of(std::span<const Happening> history);

// Whether a call of this name and arguments changes files, as far as can be told from outside: said of what succeeded.
bool looks_like_edit(const Action& action);

// Whether a piece of at least kRepeatedPiece bytes stands kRepetitions times in it, one close behind the other, and is most of what stands
// there. Fenced code, tables and lines without a letter do not count.
bool repeats_itself(std::string_view message);

}  // namespace argosy::agent
