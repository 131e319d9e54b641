#include "common/llm/check/live.h"

#include <limits>
#include <utility>

namespace argosy::llm {
namespace {

constexpr BreakerSettings kNeverOpen{.at_least = std::numeric_limits<std::size_t>::max()};

Endpoint with_model(Endpoint endpoint, std::string_view model) {
  endpoint.model = model;
  return endpoint;
}

Endpoint with_key(Endpoint endpoint, std::string_view key) {
  endpoint.key = key;
  return endpoint;
}

}  // namespace

LiveTargets::LiveTargets(const ModelEntry& entry, const Clock& clock)
    : gates_(
          clock, [this](std::chrono::milliseconds wait, std::function<void()> what) { client_.after(wait, std::move(what)); }, kNeverOpen),
      asked_(model(entry.endpoint, entry, clock)),
      unknown_model_(model(with_model(entry.endpoint, kUnknownModel), entry, clock)) {
  if (!entry.endpoint.key.empty()) wrong_key_.emplace(model(with_key(entry.endpoint, kWrongKey), entry, clock));
}

CheckTargets LiveTargets::targets() { return {asked_, unknown_model_, wrong_key_ ? &*wrong_key_ : nullptr}; }

HttpModel LiveTargets::model(const Endpoint& endpoint, const ModelEntry& entry, const Clock& clock) {
  const RateSettings limits{.requests_per_minute = entry.requests_per_minute.value_or(0),
                            .tokens_per_minute = entry.tokens_per_minute.value_or(0)};
  return HttpModel({.endpoint = endpoint, .local = entry.local}, client_, gates_.at(endpoint, limits), clock);
}

}  // namespace argosy::llm
