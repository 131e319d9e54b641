// What every submit asks the database and what hardly ever changes, kept for a moment (kLookupFor): under load two calls a task less. What
// this process changed is forgotten at once, also by whoever is reading it just then; that a repository is still there is decided when the
// task is stored. Bounded, thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "common/store/queries.h"

namespace argosy::ingest {

// Time comes in. Whoever finds nothing takes a ticket, asks the database, and puts the answer with it: an answer from before an erase() may
// be the old one and is not kept. When it is full, all is forgotten.
template <class Key, class Value>
class TtlCache {
 public:
  TtlCache(std::chrono::nanoseconds ttl, std::size_t most) : ttl_(ttl), most_(most) {}

  std::optional<Value> find(const Key& key, std::chrono::nanoseconds now) const {
    const std::lock_guard lock(mutex_);
    const auto entry = entries_.find(key);
    if (entry == entries_.end() || now >= entry->second.until) return std::nullopt;
    return std::optional<Value>(std::in_place, entry->second.value);  // a value may be an empty optional itself
  }
  struct Ticket {
    std::chrono::nanoseconds asked_at;
    std::uint64_t generation;
  };
  Ticket ticket(std::chrono::nanoseconds now) const {
    const std::lock_guard lock(mutex_);
    return {now, generation_};
  }
  void put(const Key& key, Value value, Ticket ticket) {
    const std::lock_guard lock(mutex_);
    if (ticket.generation != generation_) return;
    if (entries_.size() >= most_ && !entries_.contains(key)) entries_.clear();
    entries_.insert_or_assign(key, Entry{std::move(value), ticket.asked_at + ttl_});
  }
  void erase(const Key& key) {
    const std::lock_guard lock(mutex_);
    entries_.erase(key);
    ++generation_;
  }

 private:
  struct Entry {
    Value value;
    std::chrono::nanoseconds until;
  };
  const std::chrono::nanoseconds ttl_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::map<Key, Entry> entries_;
  std::uint64_t generation_ = 0;  // of all keys together: changes are rare, and a read that is not kept is made once more
};

inline constexpr std::chrono::seconds kLookupFor{1};
inline constexpr std::size_t kMostLookups = 4096;  // of each kind

struct Lookups {
  TtlCache<std::pair<OrgId, std::string>, store::Repository> repositories{kLookupFor, kMostLookups};
  // By organisation, repository and kind of task.
  TtlCache<std::tuple<OrgId, std::string, std::string>, std::optional<std::chrono::milliseconds>> durations{kLookupFor, kMostLookups};
};

}  // namespace argosy::ingest
