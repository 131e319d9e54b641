#include <fmt/format.h>

#include "common/core/text.h"
#include "common/store/limits.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"

namespace argosy::cli {
namespace {

constexpr std::int64_t kMostRunning = 1'000'000;
constexpr std::string_view kNoRow = "none";  // instead of a number: what holds for everybody holds again

std::string name_of(const OrgId& org) {
  if (org == OrgId{}) return "(every other)";
  return org == kDefaultOrg ? "default" : org.to_string();
}

int list(store::Database& db) {
  const auto all = store::list_org_limits(db);
  if (!all) return report(all.error());
  for (const auto& one : *all) {
    fmt::print("{:<36}  {:<13}  {:>7}  {}\n", name_of(one.org), one.queue ? tasks::to_string(*one.queue) : "all queues",
               one.max_running == 0 ? "none" : std::to_string(one.max_running),
               one.org == OrgId{} ? "ARGOSY_ORG_MAX_RUNNING" : fmt::format("{} running", one.running));
  }
  if (all->empty()) fmt::print("no limits\n");
  return kSucceeded;
}

int set(store::Database& db, const OrgId& org, const Arguments& arguments) {
  std::optional<tasks::Queue> queue;
  if (const auto name = arguments.value("--queue")) {
    queue = tasks::queue_from_string(*name);
    if (!queue) return wrong_usage("--queue is planning, codegen, testing, git or notifications");
  }
  const auto& most = arguments.positional[2];
  const auto number = most == kNoRow ? std::nullopt : text::to_int(most);
  if (most != kNoRow && (!number || *number < 0 || *number > kMostRunning))
    return wrong_usage(fmt::format("a limit is a number up to {} (0: no limit), or \"none\"", kMostRunning));
  const auto done = store::set_org_limit(db, org, queue, number);
  return done ? list(db) : report(done.error());
}

}  // namespace

int limits(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  const auto words = arguments.positional.size();
  if (!(what == "list" && words == 1) && !(what == "set" && words == 3)) return wrong_usage("it is `limits list` or `limits set ORG N`");
  std::optional<OrgId> org;
  if (what == "set") org = arguments.positional[1] == "default" ? kDefaultOrg : OrgId::parse(arguments.positional[1]);
  if (what == "set" && (!org || *org == OrgId{}))
    return wrong_usage("an organisation is \"default\" or its id; the limit of all others is ARGOSY_ORG_MAX_RUNNING");
  const auto url = database_url(arguments);
  if (!url) return report(url.error());
  store::Database db({.url = *url, .connections = 1, .application_name = "argosy limits"});
  return what == "list" ? list(db) : set(db, *org, arguments);
}

}  // namespace argosy::cli
