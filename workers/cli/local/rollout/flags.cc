// `argosy flags`: what operators switch on for a share of the tasks while everything runs.
#include "common/config/flags.h"

#include <fmt/format.h>

#include <cstdlib>

#include "common/core/text.h"
#include "common/store/flags/feature_flags.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"

namespace argosy::cli {
namespace {

constexpr int kShownChanges = 20;

std::string who(const OrgId& org) {
  if (org == OrgId{}) return "every other";
  return org == kDefaultOrg ? "default" : org.to_string();
}

std::string percent_text(std::optional<int> percent) { return percent ? fmt::format("{}%", *percent) : "unset"; }

void print(const config::Flag& flag, const std::vector<store::FlagRow>& rows) {
  fmt::print("{}\n  {}\n  {}% where nothing is set; to be removed by {}, when {}\n", flag.name, flag.doc, flag.percent, flag.remove_by,
             flag.remove_when);
  for (const auto& row : rows)
    if (row.name == flag.name)
      fmt::print("  {:<36}  {:>4}  {} by {}: {}\n", who(row.org), percent_text(row.percent), rfc3339(row.changed_at),
                 text::for_terminal(row.changed_by), text::for_terminal(row.reason));
}

int list(store::Database& db) {
  const auto rows = store::feature_flags(db);
  if (!rows) return report(rows.error());
  for (const auto& flag : config::flags()) print(flag, *rows);
  for (const auto& row : *rows)
    if (config::find_flag(row.name) == nullptr)
      fmt::print("{}  {}  {}: no flag of this version; `argosy flags unset` takes it away\n", text::for_terminal(row.name), who(row.org),
                 percent_text(row.percent));
  return kSucceeded;
}

int show(store::Database& db, const config::Flag& flag) {
  const auto rows = store::feature_flags(db);
  if (!rows) return report(rows.error());
  print(flag, *rows);
  const auto changes = store::feature_flag_changes(db, std::string(flag.name), kShownChanges);
  if (!changes) return report(changes.error());
  for (const auto& change : *changes)
    fmt::print("  {}  {:<36}  {} -> {}  {}: {}\n", rfc3339(change.changed_at), who(change.org), percent_text(change.before),
               percent_text(change.after), text::for_terminal(change.changed_by), text::for_terminal(change.reason));
  return kSucceeded;
}

// What a change needs beside its value.
struct Change {
  OrgId org{};
  std::string by, reason;
};

std::optional<Change> change_of(const Arguments& arguments) {
  Change change;
  const auto org = arguments.value("--org");
  if (org) {
    const auto id = *org == "default" ? kDefaultOrg : OrgId::parse(*org);
    if (!id || *id == OrgId{}) return std::nullopt;
    change.org = *id;
  }
  const char* const user = std::getenv("USER");
  change.by = arguments.value("--by").value_or(user != nullptr && *user != '\0' ? user : "operator");
  change.reason = std::string(text::trim(arguments.value("--reason").value_or("")));
  return change;
}

int set(store::Database& db, const std::string& name, std::optional<int> percent, const Change& change) {
  if (const auto done = store::set_feature_flag(db, name, change.org, percent, change.by, change.reason); !done)
    return report(done.error());
  const auto* flag = config::find_flag(name);
  return flag == nullptr ? kSucceeded : show(db, *flag);
}

std::string unknown(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& flag : config::flags()) names.emplace_back(flag.name);
  return fmt::format("there is no flag {}; there are: {}", name, text::join(names, ", "));
}

}  // namespace

int flags(const Arguments& arguments) {
  const auto& words = arguments.positional;
  const auto& what = words[0];
  const std::size_t wanted = what == "list" ? 1 : what == "show" || what == "unset" ? 2 : what == "set" ? 3 : 0;
  if (words.size() != wanted) return wrong_usage("it is `flags list`, `flags show NAME`, `flags set NAME PERCENT` or `flags unset NAME`");
  const auto* flag = wanted > 1 ? config::find_flag(words[1]) : nullptr;
  // What a version before has set, and this one does not know, can be taken away.
  if (wanted > 1 && flag == nullptr && what != "unset") return wrong_usage(unknown(words[1]));
  const auto change = change_of(arguments);
  if (!change) return wrong_usage("an organisation is \"default\" or its id");
  const bool changes = what == "set" || what == "unset";
  if (changes && change->reason.empty()) return wrong_usage("--reason must say why: it is recorded");
  const auto percent = what == "set" ? text::to_int(words[2]) : std::nullopt;
  if (what == "set" && (!percent || *percent < 0 || *percent > 100)) return wrong_usage("PERCENT is a whole number from 0 to 100");
  const auto url = database_url(arguments);
  if (!url) return report(url.error());
  store::Database db({.url = *url, .connections = 1, .application_name = "argosy flags"});
  if (what == "list") return list(db);
  if (what == "show") return show(db, *flag);
  return set(db, words[1], percent ? std::optional(static_cast<int>(*percent)) : std::nullopt, *change);
}

}  // namespace argosy::cli
