// Which offset of a partition may be committed: everything below it is done. Messages are done in any order (a message that names many
// steps waits for free slots while others pass it), but Kafka remembers one number a partition. Pure, not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace argosy::broker {

class OffsetLedger {
 public:
  using Partition = std::pair<std::string, std::int32_t>;

  // A message was handed out. A lower offset than before means that the partition was read again from there: what was open is forgotten.
  void taken(const Partition& partition, std::int64_t offset);
  // Returns the offset to store (the first that is not done), when it moved on. A message of a partition that was revoked in the
  // meantime moves nothing.
  std::optional<std::int64_t> done(const Partition& partition, std::int64_t offset);
  // Other members read them now.
  void revoked_all() { open_.clear(); }

 private:
  struct State {
    std::map<std::int64_t, bool> messages;  // offset, done
  };
  std::map<Partition, State> open_;
};

}  // namespace argosy::broker
