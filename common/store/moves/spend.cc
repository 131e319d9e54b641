#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/spending.h"

namespace argosy::store {
namespace {

constexpr std::chrono::milliseconds kHeldRetryAfter{15'000};  // calls come to their end in seconds or a few minutes

// One line of a refusal: which budget, how much it has, how much is left.
std::unexpected<Error> exhausted(const Row& row, const Reservation& wanted) {
  const auto scope = text_from(row[3]), period = text_from(row[4]), who = text_from(row[5]);
  const std::string owner = scope == "task"   ? "of the task"
                            : scope == "user" ? fmt::format("of user {}", who)
                            : scope == "org"  ? "of the organisation"
                                              : "of the whole installation";
  const std::string when = period == "total" ? "" : period == "day" ? " for the day" : " for the month";
  const auto spent = int_from(row[8]), held = int_from(row[9]), spent_tokens = int_from(row[10]), held_tokens = int_from(row[11]);
  const auto passes = [](const Field& cap, std::int64_t amount) { return !cap.is_null() && amount > int_from(cap); };
  const bool spent_up = passes(row[6], spent + wanted.money) || passes(row[7], spent_tokens + wanted.tokens);
  // Of two caps of one budget that refuse, the one that will not pass by itself.
  const bool by_money = passes(row[6], spent + wanted.money) ||
                        (!passes(row[7], spent_tokens + wanted.tokens) && passes(row[6], spent + held + wanted.money));
  const std::string figures = by_money ? fmt::format("{} USD: {} spent, {} reserved, and this call may cost {}", usd_text(int_from(row[6])),
                                                     usd_text(spent), usd_text(held), usd_text(wanted.money))
                                       : fmt::format("{} tokens: {} spent, {} reserved, and this call may take {}", int_from(row[7]),
                                                     spent_tokens, held_tokens, wanted.tokens);
  auto refused = fail_user("budget_exhausted", fmt::format("the budget {}{} is {}", owner, when, figures),
                           scope == "task" ? "raise it with `argosy budget set task ID --usd AMOUNT`, or make the task smaller"
                                           : "raise it with `argosy budget set`, or wait for the next " + period);
  if (spent_up) return refused;
  refused.error().category = Category::transient;
  refused.error().hint = "it is tried again when calls under way have given back what they do not need";
  refused.error().retry_after = kHeldRetryAfter;
  return refused;
}

// The disk has it, or the server crashed just now and forgot: then it is to be asked for again.
Result<void> confirm(Database& db, std::vector<Result<void>>& answers, const std::vector<std::size_t>& places, bool settled,
                     const std::function<const std::string&(std::size_t)>& name_of) {
  ArrayText names;
  for (const auto place : places) names.text(name_of(place));
  ARGOSY_TRY(const auto rows, call(db, "confirm_calls", Params().add(std::move(names)).add(settled)));
  std::vector<bool> there(places.size());
  for (const auto& row : rows) there[static_cast<std::size_t>(int_from(row[0])) - 1] = true;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (!there[i]) answers[places[i]] = fail_transient("database_unavailable", "the server lost what it had just written");
  return {};
}

template <class Number>
void add_or_null(ArrayText& array, const std::optional<Number>& value) {
  if (value)
    array.add(*value);
  else
    array.null();
}

}  // namespace

Result<std::vector<Result<void>>> reserve_spending(Database& db, std::span<const Reservation> calls) {
  ArrayText call_name, task, org, who, ordinal, attempt, model, money, tokens, lifetime;
  for (const auto& one : calls) {
    call_name.text(one.call);
    task.add(one.step.task.uuid);
    org.add(one.org.uuid);
    who.text(one.user);
    ordinal.add(one.step.ordinal);
    attempt.add(one.attempt);
    model.text(one.model);
    money.add(one.money);
    tokens.add(one.tokens);
    lifetime.add(std::clamp<std::int64_t>(one.lifetime_ms, 0, kMostReservationMs));
  }
  Params params;
  for (auto* column : {&call_name, &task, &org, &who, &ordinal, &attempt, &model, &money, &tokens, &lifetime})
    params.add(std::move(*column));
  ARGOSY_TRY(const auto rows, call(db, "reserve", params, {"reserve.before", "reserve.after"}));
  // Of a call that stands twice among those that have no room one is answered: nothing is held unless it is said.
  std::vector<Result<void>> answers(calls.size(), fail_transient("reservation_unanswered", "nothing was said of this reservation"));
  std::vector<std::size_t> unconfirmed;
  for (const auto& row : rows) {
    const auto place = static_cast<std::size_t>(int_from(row[0])) - 1;
    const auto answer = text_from(row[1]);
    if (answer == "held") answers[place] = Result<void>();
    if (answer == "held" && bool_from(row[2])) unconfirmed.push_back(place);
    if (answer == "full") answers[place] = exhausted(row, calls[place]);
    if (answer == "closed")
      answers[place] = fail_transient("reservation_closed", fmt::format("the call {} was settled or charged before", calls[place].call));
  }
  if (!unconfirmed.empty())
    ARGOSY_TRY_VOID(confirm(db, answers, unconfirmed, false, [&](std::size_t place) -> const std::string& { return calls[place].call; }));
  return answers;
}

Result<std::vector<Result<void>>> settle_spending(Database& db, std::span<const Settlement> calls) {
  ArrayText call_name, money, tokens, input, cached, cache_written, output, reasoning;
  for (const auto& one : calls) {
    call_name.text(one.call);
    money.add(one.money);
    tokens.add(one.tokens);
    add_or_null(input, one.input);
    add_or_null(cached, one.cached);
    add_or_null(cache_written, one.cache_written);
    add_or_null(output, one.output);
    add_or_null(reasoning, one.reasoning);
  }
  Params params;
  for (auto* column : {&call_name, &money, &tokens, &input, &cached, &cache_written, &output, &reasoning}) params.add(std::move(*column));
  ARGOSY_TRY(const auto rows, call(db, "settle_calls", params, {"settle.before", "settle.after"}));
  std::vector<Result<void>> answers(calls.size());
  std::vector<std::size_t> unconfirmed;
  for (const auto& row : rows) {
    const auto place = static_cast<std::size_t>(int_from(row[0])) - 1;
    if (!bool_from(row[1]))
      answers[place] = fail_user("reservation_unknown", fmt::format("the call {} was never reserved", calls[place].call));
    else if (bool_from(row[2]))
      unconfirmed.push_back(place);
  }
  if (!unconfirmed.empty())
    ARGOSY_TRY_VOID(confirm(db, answers, unconfirmed, true, [&](std::size_t place) -> const std::string& { return calls[place].call; }));
  return answers;
}

Result<std::size_t> expire_spending(Database& db, std::size_t batch) {
  ARGOSY_TRY(const auto rows, call(db, "expire_calls", Params().add(batch)));
  return static_cast<std::size_t>(int_from(rows[0][0]));
}

}  // namespace argosy::store
