#include "tests/chaos/matrix/errand.h"

#include <array>

#include <fmt/format.h>

#include "common/core/text.h"

namespace argosy::chaos {
namespace {

constexpr std::array<std::string_view, std::size(kErrands)> kNames{"plain", "slow",   "retries", "fails",
                                                                   "asks",  "pushes", "detours", "replans"};

}  // namespace

std::string_view to_string(Errand errand) { return kNames[static_cast<std::size_t>(errand)]; }

std::string prompt_of(const Order& order) { return fmt::format("chaos {} {}", order.number, to_string(order.errand)); }

std::optional<Order> order_from(std::string_view prompt) {
  const auto words = text::split(prompt, ' ');
  if (words.size() != 3 || words[0] != "chaos") return std::nullopt;
  const auto number = text::to_int(words[1]);
  for (const auto errand : kErrands) {
    if (number && words[2] == to_string(errand)) return Order{*number, errand};
  }
  return std::nullopt;
}

std::string trailer_of(const Order& order) { return fmt::format("Chaos-Order: {}", order.number); }

}  // namespace argosy::chaos
