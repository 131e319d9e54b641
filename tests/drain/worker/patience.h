// The handler of the drain drill: a step takes as long as its order's number says, writes down that it began and that its effect was
// applied, and does nothing else. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>

#include "common/runtime/handler.h"
#include "tests/chaos/matrix/ledger/effects.h"

namespace argosy::drain {

inline constexpr std::chrono::milliseconds kShortest{50}, kLongest{30'000};

// Log-uniform between the two: as many steps take 50 to 100 ms as 10 to 20 s. The same for the same seed and number.
std::chrono::milliseconds time_of(std::uint64_t seed, std::int64_t number);

class Patience final : public runtime::Handler {
 public:
  Patience(const chaos::Effects& effects, std::uint64_t seed) : effects_(effects), seed_(seed) {}
  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;

 private:
  const chaos::Effects& effects_;
  const std::uint64_t seed_;
};

}  // namespace argosy::drain
