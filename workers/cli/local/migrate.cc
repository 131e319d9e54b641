#include <utility>

#include <fmt/format.h>

#include "common/store/migrations.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"

namespace argosy::cli {
namespace {

int print_status(store::Database& db) {
  const auto all = store::migration_status(db);
  if (!all) return report(all.error());
  bool changed = false;
  for (const auto& one : *all) {
    fmt::print("{:04}  {:<10} {}{}\n", one.version, one.applied ? "applied" : "pending", one.name,
               one.changed ? "  (applied with another text!)" : "");
    changed = changed || one.changed;
  }
  return changed ? kFailed : kSucceeded;
}

int migrate_down_to(store::Database& db, std::optional<std::int64_t> to) {
  const auto all = store::migration_status(db);
  if (!all) return report(all.error());
  int current = 0, before = 0;  // versions: the last applied one and the one below it
  for (const auto& one : *all) {
    if (one.applied) before = std::exchange(current, one.version);
  }
  const auto undone = store::migrate_down(db, to ? static_cast<int>(*to) : before);
  if (!undone) return report(undone.error());
  fmt::print("{} undone\n", *undone);
  return kSucceeded;
}

}  // namespace

int migrate(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  const auto to = arguments.number("--to", 0, 1'000'000);
  if (!to) return report(to.error());
  if (what != "up" && what != "down" && what != "status") {
    return wrong_usage(fmt::format("migrate knows up, down and status, not \"{}\"", what));
  }
  if (*to && what != "down") return wrong_usage("--to belongs to down");
  const auto url = database_url(arguments);
  if (!url) return report(url.error());
  store::Database db({.url = *url, .connections = 1, .application_name = "argosy migrate"});
  if (what == "status") return print_status(db);
  if (what == "down") return migrate_down_to(db, *to);
  const auto applied = store::migrate_up(db);
  if (!applied) return report(applied.error());
  fmt::print("{} applied\n", *applied);
  return kSucceeded;
}

}  // namespace argosy::cli
