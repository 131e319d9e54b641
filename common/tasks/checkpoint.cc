#include "common/tasks/checkpoint.h"

#include <algorithm>
#include <array>
#include <limits>

#include "common/core/text.h"

namespace argosy::tasks {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::array<std::string_view, 3> kVerdicts{"approve", "reject", "correct"};

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

std::string_view to_string(Verdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }

std::optional<Verdict> verdict_from_string(std::string_view text) {
  const auto* hit = std::ranges::find(kVerdicts, text);
  if (hit == kVerdicts.end()) return std::nullopt;
  return static_cast<Verdict>(hit - kVerdicts.begin());
}

bool is_checkpoint_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && is_plain(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_plain(c) || c == '-' || c == '_'; });
}

std::string checkpoint_id(std::int16_t step, std::string_view name) { return std::to_string(step) + "-" + std::string(name); }

std::optional<std::pair<std::int16_t, std::string>> checkpoint_from_id(std::string_view id) {
  const auto dash = id.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto step = text::to_int(id.substr(0, dash));
  const auto name = id.substr(dash + 1);
  if (!step || *step < 0 || *step > std::numeric_limits<std::int16_t>::max() || !is_checkpoint_name(name)) return std::nullopt;
  return std::pair(static_cast<std::int16_t>(*step), std::string(name));
}

}  // namespace argosy::tasks
