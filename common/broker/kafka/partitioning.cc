#include "common/broker/kafka/partitioning.h"

#include <algorithm>
#include <cstring>

namespace argosy::broker {
namespace {

constexpr std::size_t kMaxEventsPerMessage = 256;
constexpr std::size_t kMaxEventBytesPerMessage = 512u << 10;
constexpr std::size_t kEventEnvelope = 160;  // ids, seq, time and type around an event's data

// The last eight bytes of a UUIDv7 are random, but not those of every client's v5: mix all sixteen (splitmix64's finalizer).
std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 30;
  value *= 0xbf58476d1ce4e5b9ULL;
  value ^= value >> 27;
  value *= 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

std::uint64_t hash(const Uuid& id) {
  std::uint64_t halves[2];
  std::memcpy(halves, id.bytes.data(), sizeof halves);
  return mix(halves[0] ^ mix(halves[1]));
}

std::int32_t reduce(std::uint64_t hash, int partitions) {
  return partitions <= 0 ? kAnyPartition : static_cast<std::int32_t>(hash % static_cast<std::uint64_t>(partitions));
}

}  // namespace

std::int32_t partition_of(const StepRef& step, int partitions) {
  return reduce(mix(hash(step.task.uuid) + static_cast<std::uint64_t>(step.ordinal) * 0x9e3779b97f4a7c15ULL), partitions);
}

std::int32_t partition_of(const TaskId& task, int partitions) { return reduce(hash(task.uuid), partitions); }

std::int32_t other_partition(std::int32_t partition, int partitions, std::uint64_t turn) {
  if (partitions <= 1) return partition;
  const auto step = 1 + turn % static_cast<std::uint64_t>(partitions - 1);
  return static_cast<std::int32_t>((static_cast<std::uint64_t>(partition) + step) % static_cast<std::uint64_t>(partitions));
}

std::vector<Dispatch> cut(const std::vector<const tasks::ReadyStep*>& steps) {
  std::vector<Dispatch> messages;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i % kMaxStepsPerDispatch == 0) {
      messages.push_back({steps[i]->traceparent, {}});
      messages.back().steps.reserve(std::min(steps.size() - i, kMaxStepsPerDispatch));
    }
    messages.back().steps.push_back(steps[i]->ref);
  }
  return messages;
}

std::vector<std::span<const tasks::Event* const>> cut(std::span<const tasks::Event* const> events) {
  std::vector<std::span<const tasks::Event* const>> messages;
  std::size_t from = 0, bytes = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto size = events[i]->data.size() + kEventEnvelope;
    if (i > from && (i - from == kMaxEventsPerMessage || bytes + size > kMaxEventBytesPerMessage)) {
      messages.push_back(events.subspan(from, i - from));
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < events.size()) messages.push_back(events.subspan(from));
  return messages;
}

}  // namespace argosy::broker
