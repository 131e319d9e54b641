#include "common/llm/money/tokens.h"

#include <algorithm>
#include <cmath>
#include <variant>

namespace argosy::llm {
namespace {

constexpr double kWeight = 0.2;               // of what was just seen
constexpr double kFewest = 1.0, kMost = 8.0;  // bytes of a token; outside somebody counts something else
constexpr std::int64_t kTooShort = 1'000;     // bytes: what vendors add would count for too much

}  // namespace

std::int64_t input_bound(const ModelEntry& model, const Request& request, std::string_view body, const CountTokens* count) {
  std::int64_t images = 0;
  for (const auto& message : request.messages)
    images += std::ranges::count_if(message.parts, [](const Part& part) { return std::holds_alternative<Image>(part); });
  const auto text = count != nullptr ? (*count)(body) : static_cast<std::int64_t>(body.size());
  const auto added =
      kTokensOfAMessage * (static_cast<std::int64_t>(request.messages.size()) + 1) + (request.tools.empty() ? 0 : kTokensOfTools);
  return text + images * model.image_tokens + added;
}

std::int64_t TokenEstimate::of(std::int64_t bytes) const {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(std::max<std::int64_t>(bytes, 0)) / bytes_per_token_.load() * kMargin));
}

void TokenEstimate::learn(std::int64_t bytes, std::int64_t tokens) {
  if (bytes < kTooShort || tokens <= 0) return;
  const double seen = std::clamp(static_cast<double>(bytes) / static_cast<double>(tokens), kFewest, kMost);
  double before = bytes_per_token_.load();
  while (!bytes_per_token_.compare_exchange_weak(before, before + kWeight * (seen - before))) {
  }
}

}  // namespace argosy::llm
