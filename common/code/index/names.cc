#include "common/code/index/names.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/code/index/content_hash.h"

namespace argosy::code {
namespace {

struct Head {
  std::uint32_t id, size;
};

Head head_of(const char* bytes) {
  Head head;
  std::memcpy(&head, bytes - sizeof(Head), sizeof(Head));
  return head;
}

}  // namespace

std::uint32_t Names::id(std::string_view kept) { return head_of(kept.data()).id; }

std::uint32_t Names::size() const { return most_.load() * kShards; }

std::size_t Names::slot_of(const Shard& shard, std::uint64_t hash, std::string_view name) {
  const std::size_t mask = shard.slots.size() - 1;
  for (std::size_t at = (hash >> 8) & mask;; at = (at + 1) & mask) {
    const Slot& slot = shard.slots[at];
    if (slot.bytes == nullptr) return at;
    if (slot.hash == static_cast<std::uint32_t>(hash >> 32) && std::string_view(slot.bytes, head_of(slot.bytes).size) == name) return at;
  }
}

void Names::grow(Shard& shard) {
  const auto old = std::exchange(shard.slots, std::vector<Slot>(std::max<std::size_t>(256, shard.slots.size() * 2)));
  for (const Slot& slot : old) {
    if (slot.bytes == nullptr) continue;
    const std::string_view name(slot.bytes, head_of(slot.bytes).size);
    shard.slots[slot_of(shard, content_hash(name), name)] = slot;
  }
}

char* Names::take(Shard& shard, std::size_t bytes) {
  if (bytes > shard.room) {
    shard.room = std::max(kChunk, bytes);
    shard.chunks.push_back(std::make_unique_for_overwrite<char[]>(shard.room));
    shard.next = shard.chunks.back().get();
  }
  char* const out = shard.next;
  shard.next += bytes;
  shard.room -= bytes;
  return out;
}

std::string_view Names::keep(std::string_view name) {
  const auto hash = content_hash(name);
  const auto which = static_cast<std::uint32_t>(hash % kShards);
  Shard& shard = shards_[which];
  const std::scoped_lock lock(shard.mutex);
  if (shard.used * 4 >= shard.slots.size() * 3) grow(shard);
  Slot& slot = shard.slots[slot_of(shard, hash, name)];
  if (slot.bytes == nullptr) {
    const Head head{.id = shard.used++ * static_cast<std::uint32_t>(kShards) + which, .size = static_cast<std::uint32_t>(name.size())};
    char* const bytes = take(shard, sizeof(Head) + name.size());
    std::memcpy(bytes, &head, sizeof(Head));
    name.copy(bytes + sizeof(Head), name.size());  // may be empty, and nowhere
    slot = {.hash = static_cast<std::uint32_t>(hash >> 32), .bytes = bytes + sizeof(Head)};
    auto most = most_.load();
    while (most < shard.used && !most_.compare_exchange_weak(most, shard.used)) {
    }
  }
  return {slot.bytes, name.size()};
}

std::optional<std::uint32_t> Names::find(std::string_view name) const {
  const auto hash = content_hash(name);
  const Shard& shard = shards_[hash % kShards];
  const std::scoped_lock lock(shard.mutex);
  if (shard.slots.empty()) return std::nullopt;
  const Slot& slot = shard.slots[slot_of(shard, hash, name)];
  return slot.bytes == nullptr ? std::nullopt : std::optional(head_of(slot.bytes).id);
}

}  // namespace argosy::code
