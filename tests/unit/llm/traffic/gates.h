// Gates in virtual time, and who was let through them. One thread.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/llm/traffic/gate.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {

class GateTest : public testing::Test {
 protected:
  std::shared_ptr<Gate> gate(RateSettings limits = {}) { return gates_.at({.base_url = "https://a/v1", .model = "m", .key = "k"}, limits); }
  // Notes `name` when the call may go, or the code it was refused with.
  std::uint64_t enter(Gate& gate, const std::string& name, const std::string& task = "t", std::int64_t tokens = 1,
                      std::chrono::milliseconds longest = std::chrono::minutes(10)) {
    const auto number = last_ = Gate::next_number();
    gate.enter(number, task, tokens, longest, [this, name](const std::optional<Fault>& refused) {
      heard_.push_back(refused ? refused->error.code : name);
      if (refused) retry_after_ = refused->error.retry_after;
    });
    return number;
  }
  // The last call's answer says so of the limit of requests.
  void answer(Gate& gate, int limit, int remaining, const std::string& reset) {
    gate.leave(last_, nullptr, std::chrono::seconds(1),
               {{"x-ratelimit-limit-requests", std::to_string(limit)},
                {"x-ratelimit-remaining-requests", std::to_string(remaining)},
                {"x-ratelimit-reset-requests", reset}});
  }
  std::size_t gone(const std::string& name) const { return static_cast<std::size_t>(std::ranges::count(heard_, name)); }
  Fault limited(std::optional<std::chrono::milliseconds> after) {
    Fault fault = make_fault(FaultKind::rate_limited, "429");
    fault.error.retry_after = after;
    return fault;
  }

  VirtualTime time_;
  Gates gates_{time_, time_.after()};
  std::vector<std::string> heard_;
  std::uint64_t last_ = 0;
  std::optional<std::chrono::milliseconds> retry_after_;
};

}  // namespace argosy::llm
