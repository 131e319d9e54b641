#include <fmt/format.h>

#include "common/store/models/exchanges.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"

namespace argosy::cli {
namespace {

constexpr std::string_view kEach = "each";

std::string name_of(const OrgId& org) {
  if (org == OrgId{}) return "(every other)";
  return org == kDefaultOrg ? "default" : org.to_string();
}

int list(store::Database& db) {
  const auto all = store::list_kept_conversations(db);
  if (!all) return report(all.error());
  bool for_everybody = false;
  for (const auto& one : *all) {
    fmt::print("{:<36}  {}\n", name_of(one.org), one.kept ? "on" : "off");
    for_everybody |= one.org == OrgId{};
  }
  if (!for_everybody) fmt::print("{:<36}  on\n", name_of({}));
  return kSucceeded;
}

}  // namespace

int conversations(const Arguments& arguments) {
  const auto& words = arguments.positional;
  const bool sets = words[0] == "set" && words.size() == 3;
  if (!sets && !(words[0] == "list" && words.size() == 1))
    return wrong_usage("it is `conversations list` or `conversations set ORG on|off|none`");
  std::optional<OrgId> org;
  if (sets) {
    org = words[1] == kEach ? OrgId{} : words[1] == "default" ? kDefaultOrg : OrgId::parse(words[1]);
    if (!org) return wrong_usage("an organisation is \"default\", its id, or \"each\" for every other");
    if (words[2] != "on" && words[2] != "off" && words[2] != "none")
      return wrong_usage("it is on, off, or none: what holds for every other");
  }
  const auto url = database_url(arguments);
  if (!url) return report(url.error());
  store::Database db({.url = *url, .connections = 1, .application_name = "argosy conversations"});
  if (sets) {
    const auto kept = words[2] == "none" ? std::nullopt : std::optional(words[2] == "on");
    if (const auto done = store::set_keeps_conversations(db, *org, kept); !done) return report(done.error());
  }
  return list(db);
}

}  // namespace argosy::cli
