// Tells of trouble that no call fails by, in the log: once in a while for each kind of it, with how often it came since. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/clock.h"
#include "common/core/error.h"

namespace argosy::llm {

class Troubles {
 public:
  static constexpr std::chrono::seconds kEvery{60};

  explicit Troubles(const Clock& clock) : clock_(clock) {}

  // `what` is one of a few sentences of ours; `about` the one thing that it happened to, where there is one.
  void tell(std::string_view what, const Error& error, std::string_view about = {});

 private:
  struct Told {
    std::optional<std::chrono::nanoseconds> at{};
    std::uint64_t untold = 0;  // since then
  };

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Told, std::less<>> told_;
};

}  // namespace argosy::llm
