#include "common/core/text/usd.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"

namespace argosy {
namespace {

constexpr std::size_t kDecimals = 9, kMostDigits = 7;  // behind and before the point

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<NanoUsd> parse_usd(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  std::string decimals(point == std::string_view::npos ? "0" : text.substr(point + 1));
  if (!is_digits(whole) || whole.size() > kMostDigits || !is_digits(decimals) || decimals.size() > kDecimals) return std::nullopt;
  decimals.resize(kDecimals, '0');
  const NanoUsd amount = text::to_int(whole).value_or(0) * kUsd + text::to_int(decimals).value_or(0);
  return amount <= kMostUsd ? std::optional(amount) : std::nullopt;
}

std::string usd_text(NanoUsd amount) {
  const auto absolute = amount < 0 ? -static_cast<std::uint64_t>(amount) : static_cast<std::uint64_t>(amount);
  auto text = fmt::format("{}{}", amount < 0 ? "-" : "", absolute / kUsd);
  auto decimals = fmt::format("{:09}", absolute % kUsd);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return decimals.empty() ? text : text + '.' + decimals;
}

}  // namespace argosy
