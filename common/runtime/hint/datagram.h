// The datagram that names ready steps to one worker, beside the dispatch in Kafka. It is a hint, like a dispatch: nothing in it is believed
// but the ids, and the claim decides. Wire form, internal, numbers big-endian:
//   'A' 'h' version=1 | key of the receiver (8) | count (1) | count times: lane (1), task (16), ordinal (2)
// Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/ids.h"
#include "common/tasks/queue.h"

namespace argosy::runtime {

inline constexpr std::size_t kHintKeyBytes = 8;
inline constexpr std::size_t kMaxHintSteps = 32;
// What fits into one packet on any network; the longest legal datagram is far below it.
inline constexpr std::size_t kMaxHintBytes = 1'200;

struct HintedStep {
  StepRef ref;
  tasks::Lane lane = tasks::Lane::normal;
  friend bool operator==(const HintedStep&, const HintedStep&) = default;
};

// At most kMaxHintSteps; the caller sends far fewer.
std::string encode_hint(std::string_view key, const std::vector<HintedStep>& steps);
// Nothing when it is not meant for `key`, or is anything but exactly such a datagram.
std::optional<std::vector<HintedStep>> decode_hint(std::string_view datagram, std::string_view key);

}  // namespace argosy::runtime
