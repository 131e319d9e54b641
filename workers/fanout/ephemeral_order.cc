#include "workers/fanout/ephemeral_order.h"

namespace argosy::fanout {

bool EphemeralOrder::is_current(std::int16_t step, std::int64_t epoch) {
  if (!steps_.contains(step) && steps_.size() >= kMaxStepsFollowed) return false;  // forged: no task has so many
  Step& known = steps_[step];
  if (epoch < known.epoch) return false;
  if (epoch > known.epoch) known = {.epoch = epoch};
  return true;
}

EphemeralOrder::Verdict EphemeralOrder::take(tasks::LogChunk& chunk) {
  if (!is_current(chunk.step, chunk.epoch)) return {};
  Step& known = steps_[chunk.step];
  const auto end = chunk.offset + static_cast<std::int64_t>(chunk.text.size());
  // Who watches from the middle on sees that by the first offset and reads the rest from the log's artifact: that is no hole.
  const std::int64_t expected = known.end.value_or(chunk.offset);
  if (end <= expected && known.end) return {};
  Verdict verdict{.deliver = true};
  if (chunk.offset > expected) verdict.hole = LogHole{.from = expected, .to = chunk.offset};
  if (chunk.offset < expected) {
    chunk.text.erase(0, static_cast<std::size_t>(expected - chunk.offset));
    chunk.offset = expected;
  }
  known.end = end;
  return verdict;
}

}  // namespace argosy::fanout
