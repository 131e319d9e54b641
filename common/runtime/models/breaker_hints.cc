#include "common/runtime/models/breaker_hints.h"

#include <algorithm>
#include <vector>

#include "common/core/crypto.h"

namespace argosy::runtime {
namespace {

constexpr std::size_t kLongestModel = 200;  // of the table

std::int64_t milliseconds(llm::Instant time) { return std::chrono::ceil<std::chrono::milliseconds>(time).count(); }

}  // namespace

void BreakerHints::tick() {
  const auto now = clock_.boot_time();
  std::map<store::ModelPlace, Ours> ours;
  std::map<store::ModelPlace, llm::Instant> open_until;
  for (auto& [base_url, model, gate] : gates_.states()) {
    if (model.empty() || model.size() > kLongestModel) continue;
    const store::ModelPlace place{.base_url = crypto::sha256_hex(base_url), .model = model};
    // A model under several keys: one row, which holds as long as the longest of them.
    if (gate.breaker == llm::BreakerState::open) open_until[place] = std::max(open_until[place], now + gate.probe_in);
    ours.try_emplace(place, std::move(base_url), std::move(model));
  }
  if (!ours.empty()) tell_and_hear(ours, open_until);
}

void BreakerHints::tell_and_hear(const std::map<store::ModelPlace, Ours>& ours,
                                 const std::map<store::ModelPlace, llm::Instant>& open_until) {
  const auto now = clock_.boot_time();
  std::vector<store::ModelDown> news;
  for (const auto& [place, until] : open_until) {
    const auto told = told_.find(place);
    // Once each time that it opens. It is open from the same moment on, so what differs by less is how long this took.
    constexpr llm::Instant kSame = std::chrono::seconds(1);
    if (told == told_.end() || told->second + kSame < until) news.push_back({.place = place, .for_ms = milliseconds(until - now)});
  }
  const auto heard = store::share_models_down(db_, self_, news);
  if (!heard) return;  // next time; what is open then is told then
  told_ = open_until;
  std::map<store::ModelPlace, std::pair<WorkerId, UnixMillis>> kept;
  for (const auto& [place, told_by, until] : *heard) {
    const auto known = ours.find(place);
    if (known == ours.end()) continue;
    const auto before = last_heard_.find(place);
    if (before == last_heard_.end() || before->second != std::pair(told_by, until))
      gates_.hint_down(known->second.base_url, known->second.model);
    kept[place] = {told_by, until};
  }
  // A process that calls nobody would take the model for half open until it ends.
  for (const auto& [place, hint] : last_heard_) {
    const auto known = ours.find(place);
    if (known != ours.end() && !kept.contains(place)) gates_.hint_over(known->second.base_url, known->second.model);
  }
  last_heard_ = std::move(kept);
}

}  // namespace argosy::runtime
