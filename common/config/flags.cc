#include "common/config/flags.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/core/crypto.h"

namespace argosy::config {
namespace {

constexpr auto kFlags = std::to_array<Flag>({
    {.name = kSemanticAnswers,
     .doc = "Models' kept answers are given to questions that are only alike, as ARGOSY_CACHE_RULES says; else only to the same ones.",
     .percent = 100,
     .remove_by = "2027-06-30",
     .remove_when = "half a year of semantic hits has shown no plan or analysis that was meant for another question"},
});

}  // namespace

std::span<const Flag> flags() { return kFlags; }

const Flag* find_flag(std::string_view name) {
  const auto hit = std::ranges::find(kFlags, name, &Flag::name);
  return hit == kFlags.end() ? nullptr : &*hit;
}

bool is_among(std::string_view flag, const TaskId& task, int percent) {
  const auto digest = crypto::sha256(std::string(flag) + '\n' + task.to_string());
  std::uint64_t place = 0;
  for (std::size_t i = 0; i < sizeof place; ++i) place = place << 8 | static_cast<unsigned char>(digest[i]);
  return static_cast<int>(place % 100) < percent;
}

}  // namespace argosy::config
