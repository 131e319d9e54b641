#include "common/broker/kafka/offset_ledger.h"

namespace argosy::broker {

void OffsetLedger::taken(const Partition& partition, std::int64_t offset) {
  auto& messages = open_[partition].messages;
  if (!messages.empty() && offset <= messages.rbegin()->first) messages.clear();
  messages.emplace(offset, false);
}

std::optional<std::int64_t> OffsetLedger::done(const Partition& partition, std::int64_t offset) {
  const auto state = open_.find(partition);
  if (state == open_.end()) return std::nullopt;
  auto& messages = state->second.messages;
  const auto message = messages.find(offset);
  if (message == messages.end()) return std::nullopt;
  message->second = true;
  std::optional<std::int64_t> next;
  while (!messages.empty() && messages.begin()->second) {
    next = messages.begin()->first + 1;
    messages.erase(messages.begin());
  }
  return next;
}

}  // namespace argosy::broker
