// The end of a run: every row of the ledger against the vendor's bill, every account against its rows.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tests/money/world.h"

namespace argosy::money {
namespace {

constexpr int kRunsKept = 200;
constexpr std::int64_t kDay = 86'400'000, kFirstDay = 20'000 * kDay;
constexpr std::int64_t kDaysOfARun = 110;  // its offset, its events, and two months that nobody else has

std::string state_name(Call::State state) {
  constexpr const char* kNames[] = {"unknown", "held", "settled", "expired"};
  return kNames[static_cast<int>(state)];
}

}  // namespace

Ground::Ground() {
  // What a crash of the server may lose is of no interest here. Our clock hides the server's.
  base_.query(fmt::format("ALTER DATABASE {0} SET synchronous_commit = off; ALTER DATABASE {0} SET search_path = public, pg_catalog",
                          base_.name()));
  base_.query("CREATE SEQUENCE test_clock");
  base_.query(
      "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS "
      "$$ SELECT to_timestamp(last_value / 1000.0) FROM test_clock $$");
  db_ = base_.open(1);
}

void Ground::set_clock(UnixMillis now) {
  now_ = now;
  base_.query(fmt::format("SELECT setval('test_clock', {})", now));
}

void Ground::begin_run(std::uint64_t seed, std::int64_t offset) {
  if (runs_++ % kRunsKept == 0) base_.query("TRUNCATE model_call, budget_use");
  begun_ = kFirstDay + static_cast<std::int64_t>(seed) * kDaysOfARun * kDay;
  // What another run said of everybody does not hold for this one.
  base_.query(
      "DELETE FROM budget_cap; INSERT INTO budget_cap (org_id, who, scope, period, max_nano) "
      "VALUES ('00000000-0000-0000-0000-000000000000', '', 'task', 'total', 5000000000)");
  set_clock(begun_ + offset);
}

void Ground::break_on_purpose(const Broken& how) {
  const auto text = base_.value(fmt::format("SELECT pg_get_functiondef('{}'::regproc)", how.function));
  const auto at = text.find(how.from);
  if (at == std::string::npos) throw std::runtime_error(fmt::format("{} has no \"{}\" to break", how.function, how.from));
  base_.query(std::string(text).replace(at, how.from.size(), how.to));
}

void World::compare_rows() {
  std::map<std::string, std::vector<std::string>> rows;
  for (auto& row : ground_.query(fmt::format("SELECT call, state, nano, tokens FROM model_call WHERE org_id IN ('{}', '{}')",
                                             orgs_[0].to_string(), orgs_[1].to_string())))
    rows.emplace(row[0], row);
  for (const auto& call : expected_.calls) {
    const auto hit = rows.find(call.name);
    if ((hit == rows.end()) != (call.state == Call::State::unknown)) {
      mismatch(call.name + " is there without a reservation, or the other way round");
      continue;
    }
    if (hit == rows.end()) {
      if (vendor_.was_made(call.name)) over_cap(call.name + " was made without a reservation");
      continue;
    }
    const auto& row = hit->second;
    if (row[1] != state_name(call.state) || row[2] != std::to_string(call.charge.money) || row[3] != std::to_string(call.charge.tokens))
      mismatch(fmt::format("{} is {} with {} and {}, not {} with {} and {}", call.name, row[1], row[2], row[3], state_name(call.state),
                           call.charge.money, call.charge.tokens));
    // What was settled by usage is the vendor's bill to the last NanoUsd; what nobody knows is charged as the worst, and that is no less.
    const bool is_worst = call.charge.money == call.worst.money && call.charge.tokens == call.worst.tokens;
    if (!is_worst && (call.charge.money != vendor_.bill_of(call.name) || call.charge.tokens != vendor_.tokens_of(call.name)))
      mismatch(fmt::format("{} was charged {} and billed {}", call.name, call.charge.money, vendor_.bill_of(call.name)));
    if (call.charge.money < vendor_.bill_of(call.name)) over_cap(call.name + " was charged less than billed");
  }
  if (rows.size() !=
      static_cast<std::size_t>(std::ranges::count_if(expected_.calls, [](const Call& one) { return one.state != Call::State::unknown; })))
    mismatch("there are calls that nobody made");
}

void World::compare_accounts() {
  const auto begun = ground_.begun() / 1000;
  const auto rows = ground_.query(
      fmt::format("SELECT scope, task_id, org_id, who, period, (extract(epoch FROM starts) * 1000)::bigint, spent_nano, held_nano, "
                  "spent_tokens, held_tokens "
                  "FROM budget_use WHERE org_id IN ('{}', '{}') OR scope = 'all' AND starts >= date_trunc('month', to_timestamp({}))::date",
                  orgs_[0].to_string(), orgs_[1].to_string(), begun));
  std::map<Account, bool> seen;
  for (const auto& row : rows) {
    Call whose{.org = OrgId::parse(row[2]).value(), .user = row[3], .task = TaskId::parse(row[1]).value()};
    const auto scope = row[0] == "task"   ? store::BudgetScope::task
                       : row[0] == "user" ? store::BudgetScope::user
                       : row[0] == "org"  ? store::BudgetScope::org
                                          : store::BudgetScope::all;
    const auto period = row[4] == "total" ? store::BudgetPeriod::total
                        : row[4] == "day" ? store::BudgetPeriod::day
                                          : store::BudgetPeriod::month;
    const auto account = Expected::account(whose, scope, period, std::stoll(row[5]));
    seen[account] = true;
    const auto all = expected_.charged(account), held = expected_.charged(account, true);
    if (std::stoll(row[6]) != all.money - held.money || std::stoll(row[7]) != held.money ||
        std::stoll(row[8]) != all.tokens - held.tokens || std::stoll(row[9]) != held.tokens)
      mismatch(fmt::format("the {} of a {} says {} spent and {} held, not {} and {}", row[4], row[0], row[6], row[7],
                           all.money - held.money, held.money));
  }
  // Whatever has a cap now, and was used, has an account.
  for (const auto& call : expected_.calls)
    for (const auto& [account, cap] : expected_.caps_of(call, ground_.now())) {
      const auto used = expected_.charged(account);
      if ((cap.max_money || cap.max_tokens) && (used.money > 0 || used.tokens > 0) && !seen.contains(account))
        mismatch(fmt::format("a {} has a cap and no account", to_string(cap.scope)));
    }
}

}  // namespace argosy::money
