// How long models took to begin their answers, lately and in this process. Used by RoutedModel. Thread-safe; time comes in as an argument.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "common/llm/traffic/breaker.h"

namespace argosy::llm {

class Latencies {
 public:
  static constexpr double kWeightOfNewest = 0.3;
  // What is older says nothing about now: who was slow is asked again and gets another chance.
  static constexpr std::chrono::minutes kForgetAfter{5};

  void learn(const std::string& model, std::chrono::milliseconds first_byte, Instant now);
  // A moving mean; nothing: not known, or forgotten.
  std::optional<std::chrono::milliseconds> of(std::string_view model, Instant now) const;

 private:
  struct Mean {
    double milliseconds = 0;
    Instant at{};
  };
  mutable std::mutex mutex_;
  std::map<std::string, Mean, std::less<>> means_;  // one for each model of models.yaml at most
};

}  // namespace argosy::llm
