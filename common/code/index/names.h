// Every name of an index once: files refer to the same bytes, and what is found by name has a number for it. Only grows; an index that is
// built from an older one goes on with its names. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace argosy::code {

class Names {
 public:
  // The kept bytes of the name. They live as long as this.
  std::string_view keep(std::string_view name);
  // Nothing: nobody has that name.
  std::optional<std::uint32_t> find(std::string_view name) const;
  // The number of a name that keep() gave.
  static std::uint32_t id(std::string_view kept);
  std::uint32_t size() const;  // above every number

 private:
  static constexpr std::size_t kShards = 64;  // few enough threads meet in one
  static constexpr std::size_t kChunk = 1u << 16;

  struct Slot {
    std::uint32_t hash = 0;
    const char* bytes = nullptr;  // behind its head
  };
  struct Shard {
    mutable std::mutex mutex;
    std::vector<Slot> slots;  // a power of two, at most three quarters full
    std::uint32_t used = 0;
    std::vector<std::unique_ptr<char[]>> chunks;
    std::size_t room = 0;
    char* next = nullptr;
  };

  static std::size_t slot_of(const Shard& shard, std::uint64_t hash, std::string_view name);
  static void grow(Shard& shard);
  static char* take(Shard& shard, std::size_t bytes);

  std::array<Shard, kShards> shards_;
  std::atomic<std::uint32_t> most_{0};  // names in the fullest shard
};

}  // namespace argosy::code
