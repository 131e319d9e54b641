#include "common/broker/kafka/partitioning.h"

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
  for (const auto* step : steps) {
    if (messages.empty() || messages.back().steps.size() == kMaxStepsPerDispatch) messages.push_back({step->traceparent, {}});
    messages.back().steps.push_back(step->ref);
  }
  return messages;
}

std::vector<std::vector<tasks::Event>> cut(const std::vector<const tasks::Event*>& events) {
  std::vector<std::vector<tasks::Event>> messages;
  std::size_t bytes = 0;
  for (const auto* event : events) {
    const auto size = event->data.size() + kEventEnvelope;
    if (messages.empty() || messages.back().size() == kMaxEventsPerMessage || bytes + size > kMaxEventBytesPerMessage) {
      messages.emplace_back();
      bytes = 0;
    }
    messages.back().push_back(*event);
    bytes += size;
  }
  return messages;
}

}  // namespace argosy::broker
