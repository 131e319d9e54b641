// Asks a live model one question for each ability and grades the answers. Used by the command line. What it may cost is known before the
// first call and bounded by CheckLimits. Blocking; one thread, never that of all streams.
#pragma once

#include <functional>

#include "common/core/clock.h"
#include "common/llm/call/model.h"
#include "common/llm/check/report.h"

namespace argosy::llm {

struct CheckLimits {
  NanoUsd most_usd = kUsd / 2;              // of a whole check, by the worst case of its calls
  std::int64_t most_long_tokens = 200'000;  // of the long input, whatever context_tokens states
  http::StreamTimeouts timeouts{
      .first_byte = std::chrono::minutes(2), .between_bytes = std::chrono::minutes(1), .total = std::chrono::minutes(5)};
  std::chrono::milliseconds after_cancel{30'000};  // in which the call after a cancelled one begins its answer
};

struct CheckPlan {
  Spend worst{};  // of all calls; the long input by our count of its tokens
  std::int64_t long_tokens = 0;
  std::string long_why{};  // why it is shorter than the context, or not tried (0)
};
// Errors (B): check_too_dear, those of encode().
Result<CheckPlan> plan_check(const ModelEntry& entry, const CheckLimits& limits = {});

// The model, and what its server should refuse.
struct CheckTargets {
  Model& model;
  Model& unknown_model;        // by a name that the server does not have
  Model* wrong_key = nullptr;  // null: no key is sent
};
CheckReport check_model(const ModelEntry& entry, const CheckTargets& targets, const CheckPlan& plan, const CheckLimits& limits,
                        const Clock& clock, const std::function<void(const Finding&)>& on_finding = {});

}  // namespace argosy::llm
