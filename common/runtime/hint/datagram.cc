#include "common/runtime/hint/datagram.h"

#include <algorithm>

#include "common/core/crypto.h"

namespace argosy::runtime {
namespace {

constexpr std::string_view kMagic = "Ah\x01";
constexpr std::size_t kHeader = kMagic.size() + kHintKeyBytes + 1;
constexpr std::size_t kStepBytes = 1 + sizeof(Uuid::bytes) + 2;
static_assert(kHeader + kMaxHintSteps * kStepBytes <= kMaxHintBytes);

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

}  // namespace

std::string encode_hint(std::string_view key, const std::vector<HintedStep>& steps) {
  std::string out(kMagic);
  out += key;
  out += static_cast<char>(steps.size());
  for (const auto& [ref, lane] : steps) {
    const auto ordinal = static_cast<std::uint16_t>(ref.ordinal);
    out += static_cast<char>(lane);
    out.append(ref.task.uuid.bytes.begin(), ref.task.uuid.bytes.end());
    out += static_cast<char>(ordinal >> 8);
    out += static_cast<char>(ordinal & 0xff);
  }
  return out;
}

std::optional<std::vector<HintedStep>> decode_hint(std::string_view datagram, std::string_view key) {
  if (datagram.size() < kHeader || !datagram.starts_with(kMagic) || key.size() != kHintKeyBytes) return std::nullopt;
  if (!crypto::equal_constant_time(datagram.substr(kMagic.size(), kHintKeyBytes), key)) return std::nullopt;
  const std::size_t count = byte_at(datagram, kHeader - 1);
  if (count == 0 || count > kMaxHintSteps || datagram.size() != kHeader + count * kStepBytes) return std::nullopt;
  std::vector<HintedStep> steps;
  for (auto rest = datagram.substr(kHeader); !rest.empty(); rest.remove_prefix(kStepBytes)) {
    HintedStep step;
    const auto lane = byte_at(rest, 0);
    const auto ordinal = (byte_at(rest, kStepBytes - 2) << 8) | byte_at(rest, kStepBytes - 1);
    if (lane >= tasks::kLanes.size() || ordinal > INT16_MAX) return std::nullopt;
    step.lane = static_cast<tasks::Lane>(lane);
    step.ref.ordinal = static_cast<std::int16_t>(ordinal);
    std::ranges::copy(rest.substr(1, sizeof(Uuid::bytes)), step.ref.task.uuid.bytes.begin());
    steps.push_back(step);
  }
  return steps;
}

}  // namespace argosy::runtime
