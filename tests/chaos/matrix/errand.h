// What a task of the matrix is to go through. It travels in the task's prompt, so that the client, the handler and the audit agree on it
// without the product's help. Values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argosy::chaos {

enum class Errand : std::uint8_t {
  plain,
  slow,     // its steps work for longer than a lease
  retries,  // one step fails once, for a reason that passes
  fails,    // one step fails for good and is brought back by hand
  asks,     // one step asks a person
  pushes,   // the git step pushes a branch to a real remote
  detours,  // the test adds a detour, behind which the push waits
  replans,  // its plan is edited while its steps follow it
};
inline constexpr Errand kErrands[] = {Errand::plain, Errand::slow,   Errand::retries, Errand::fails,
                                      Errand::asks,  Errand::pushes, Errand::detours, Errand::replans};
std::string_view to_string(Errand errand);

// "chaos 17 pushes": the client's number makes it one of a kind.
struct Order {
  std::int64_t number = 0;
  Errand errand = Errand::plain;
};
std::string prompt_of(const Order& order);
std::optional<Order> order_from(std::string_view prompt);

// The steps: the plan (0) adds two changes side by side, their test and a push; the webhook (1) comes with the task.
inline constexpr std::int16_t kPlan = 0, kWebhook = 1, kChange = 100, kOtherChange = 101, kTest = 102, kPush = 103;
// A task that is brought back tells of its new end with a step of its own.
inline constexpr std::int16_t kLaterSteps = 10'000;
// Not of the toy handler: the real notifications worker runs them.
constexpr bool is_webhook(std::int16_t step) { return step == kWebhook || step >= kLaterSteps; }
// What the step kChange of an errand that asks wants to know.
inline constexpr std::string_view kQuestion = "colour";
// The line of a commit that names the order it was made for.
std::string trailer_of(const Order& order);

}  // namespace argosy::chaos
