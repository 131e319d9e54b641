// `argosy erase person`: what is kept of one person goes, for whom asks for that (runbooks/operate/gdpr-requests.md).
#include <fmt/format.h>

#include "common/store/people/erasure.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"

namespace argosy::cli {
namespace {

constexpr std::size_t kMostShown = 20;  // tasks of a list; the count says how many there are

void print_ids(std::string_view what, const std::vector<TaskId>& ids) {
  if (ids.empty()) return;
  fmt::print("left, {}: {}\n", what, ids.size());
  for (std::size_t i = 0; i < ids.size() && i < kMostShown; ++i) fmt::print("  {}\n", ids[i].to_string());
}

// Exits with 1 while something is left.
int print(const store::Erasure& erasure, const store::Person& person, bool dry_run) {
  fmt::print("{}:\n", dry_run ? "would go" : "erased");
  const auto line = [](std::string_view what, std::int64_t count) { fmt::print("  {:<32} {:>8}\n", what, count); };
  line("tasks", erasure.tasks);
  line("artifacts of them", erasure.artifacts);
  if (!dry_run) line("cached answers", erasure.cached_answers);
  line("mentions in tasks of others", erasure.tasks_of_others);
  line("sandboxes", erasure.sandboxes);
  line("versions of agents", erasure.agents);
  line("budgets", erasure.budgets);
  if (person.records_of_operators) line("records of operators", erasure.operator_records);
  print_ids("open tasks of theirs", erasure.open_tasks);
  print_ids("open tasks of others that name them", erasure.open_tasks_of_others);
  if (erasure.open_sandboxes > 0) fmt::print("left, open sandboxes: {}\n", erasure.open_sandboxes);
  const bool left = !erasure.open_tasks.empty() || !erasure.open_tasks_of_others.empty() || erasure.open_sandboxes > 0;
  return left ? kFailed : kSucceeded;
}

}  // namespace

int erase(const Arguments& arguments) {
  const auto& words = arguments.positional;
  if (words[0] != "person") return wrong_usage("it is `erase person NAME`");
  const auto named = arguments.value("--org").value_or("default");
  const auto org = named == "default" ? kDefaultOrg : OrgId::parse(named);
  if (!org || *org == OrgId{}) return wrong_usage("an organisation is \"default\" or its id");
  const store::Person person{.org = *org, .name = words[1], .records_of_operators = arguments.has("--operator")};
  const auto url = database_url(arguments);
  if (!url) return report(url.error());
  store::Database db({.url = *url, .connections = 1, .application_name = "argosy erase"});
  const bool dry_run = arguments.has("--dry-run");
  const auto done = dry_run ? store::look_for_person(db, person) : store::erase_person(db, person);
  if (!done) return report(done.error());
  return print(*done, person, dry_run);
}

}  // namespace argosy::cli
