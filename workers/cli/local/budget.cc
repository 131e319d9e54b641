#include <fmt/format.h>

#include <algorithm>

#include "common/core/text/cap.h"
#include "common/store/spending.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"

namespace argosy::cli {
namespace {

using store::Budget;
using store::BudgetPeriod;
using store::BudgetScope;

constexpr std::string_view kEach = "each";

std::string owner_of(const Budget& budget) {
  const std::string org = budget.org == OrgId{} ? std::string(kEach) : budget.org == kDefaultOrg ? "default" : budget.org.to_string();
  switch (budget.scope) {
    case BudgetScope::all:
      return "the whole installation";
    case BudgetScope::org:
      return fmt::format("organisation {}", org);
    case BudgetScope::user:
      return fmt::format("user {} of organisation {}", budget.who.empty() ? kEach : budget.who, org);
    case BudgetScope::task:
      return budget.who.empty() ? "each task (ARGOSY_TASK_MAX_USD, ARGOSY_TASK_MAX_TOKENS)" : "task " + budget.who;
  }
  return "?";
}

std::string amounts(const store::BudgetUse& use) {
  const auto& [budget, spent, held, spent_tokens, held_tokens] = use;
  std::string text = budget.max_money ? usd_text(*budget.max_money) + " USD" : "no cap in USD";
  text += budget.max_tokens ? fmt::format(", {} tokens", *budget.max_tokens) : "";
  if (spent_tokens + held_tokens > 0)
    text += fmt::format("; {} USD and {} tokens spent, {} USD and {} reserved", usd_text(spent), spent_tokens, usd_text(held), held_tokens);
  return text;
}

int list(store::Database& db) {
  const auto all = store::list_budgets(db);
  if (!all) return report(all.error());
  for (const auto& one : *all) fmt::print("{:<58} {:<6} {}\n", owner_of(one.budget), to_string(one.budget.period), amounts(one));
  return kSucceeded;
}

// Whose budget: `all`, `org ORG|each`, `user USER|each`, `task ID`.
Result<Budget> budget_from(const Arguments& arguments) {
  const auto& words = arguments.positional;
  const auto scope = words.size() > 1 ? words[1] : "";
  const auto who = words.size() > 2 ? words[2] : "";
  const auto org_named = [](const std::string& name) -> std::optional<OrgId> {
    if (name == kEach) return OrgId{};
    return name == "default" ? kDefaultOrg : OrgId::parse(name);
  };
  Budget budget{.period = BudgetPeriod::month};
  const auto period = arguments.value("--period");
  if (period && *period != "day" && *period != "month") return usage_error("--period is day or month");
  if (period && *period == "day") budget.period = BudgetPeriod::day;
  if (scope == "all" && words.size() == 2) return budget;
  if (scope == "task" && words.size() == 3) {
    if (!TaskId::parse(who)) return usage_error("a task is its id; what each task may cost is ARGOSY_TASK_MAX_USD");
    if (period) return usage_error("a task's budget is for all its time: no --period");
    return Budget{.scope = BudgetScope::task, .who = TaskId::parse(who)->to_string(), .period = BudgetPeriod::total};
  }
  const auto org = org_named(scope == "org" ? who : arguments.value("--org").value_or(std::string(kEach)));
  if ((scope != "org" && scope != "user") || words.size() != 3)
    return usage_error("it is `budget list` or `budget set all | org ORG | user USER | task ID`");
  if (!org) return usage_error("an organisation is \"default\", its id, or \"each\"");
  budget.org = *org;
  budget.scope = scope == "org" ? BudgetScope::org : BudgetScope::user;
  if (scope == "user" && who != kEach) budget.who = who;
  if (!budget.who.empty() && budget.org == OrgId{}) return usage_error("a user is one of an organisation: --org ORG");
  return budget;
}

// What is not named stays as it is.
Result<void> read_amounts(store::Database& db, const Arguments& arguments, Budget& budget) {
  ARGOSY_TRY(const auto all, store::list_budgets(db));
  for (const auto& [one, spent, held, spent_tokens, held_tokens] : all) {
    if (one.scope != budget.scope || one.org != budget.org || one.who != budget.who || one.period != budget.period) continue;
    budget.max_money = one.max_money;
    budget.max_tokens = one.max_tokens;
  }
  if (const auto usd = arguments.value("--usd")) {
    const auto cap = parse_usd_cap(*usd);
    if (!cap) return usage_error(fmt::format("--usd is US dollars as a decimal number, or \"{}\"", kNoCap));
    budget.max_money = cap->most;
  }
  if (const auto tokens = arguments.value("--tokens")) {
    const auto cap = parse_token_cap(*tokens);
    if (!cap) return usage_error(fmt::format("--tokens is a number up to {}, or \"{}\"", kMostTokens, kNoCap));
    budget.max_tokens = cap->most;
  }
  return {};
}

int set(store::Database& db, const Arguments& arguments, Budget budget) {
  if (const auto read = read_amounts(db, arguments, budget); !read) return report(read.error());
  const auto done = arguments.has("--remove") ? store::remove_budget(db, budget) : store::set_budget(db, budget);
  return done ? list(db) : report(done.error());
}

}  // namespace

int budget(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  const bool lists = what == "list" && arguments.positional.size() == 1;
  std::optional<Budget> wanted;
  if (!lists) {
    if (what != "set") return wrong_usage("it is `budget list` or `budget set all | org ORG | user USER | task ID`");
    const bool says_how_much = arguments.value("--usd") || arguments.value("--tokens");
    if (says_how_much == arguments.has("--remove")) return wrong_usage("say --usd, --tokens or both, or --remove");
    const auto read = budget_from(arguments);
    if (!read) return report(read.error());
    wanted = *read;
  }
  const auto url = database_url(arguments);
  if (!url) return report(url.error());
  store::Database db({.url = *url, .connections = 1, .application_name = "argosy budget"});
  return wanted ? set(db, arguments, *wanted) : list(db);
}

}  // namespace argosy::cli
