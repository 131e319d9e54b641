// `argosy quarantine`: what tasks made in which a security matter was found, for the operator who decides about it.
#include <fmt/format.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "common/config/settings.h"
#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/runtime/artifacts/bucket.h"
#include "common/store/blobs.h"
#include "common/store/quarantine.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"

namespace argosy::cli {
namespace {

int list(store::Database& db, bool all) {
  const auto found = store::list_quarantines(db, all);
  if (!found) return report(found.error());
  for (const auto& one : *found) {
    const auto end = one.outcome.empty() ? fmt::format("{} artifacts kept back", one.artifacts)
                                         : fmt::format("{} by {} at {}", one.outcome, one.ended_by, rfc3339(one.ended_at));
    fmt::print("{}  step {:<5}  {}  {}  {}\n    {}\n", one.step.task.to_string(), one.step.ordinal, rfc3339(one.began_at), one.code, end,
               text::for_terminal(one.message));
  }
  if (found->empty()) fmt::print("nothing is kept back\n");
  return kSucceeded;
}

int show(store::Database& db, const TaskId& task) {
  const auto links = store::list_blobs(db, task);
  if (!links) return report(links.error());
  for (const auto& link : *links)
    fmt::print("{}  step {:<5}  {:<10}  {:>10}  {}{}\n", link.sha256, link.step, link.kind, link.size, text::for_terminal(link.name),
               link.quarantined ? "" : "  (not kept back)");
  if (links->empty()) fmt::print(stderr, "argosy: the task has no artifacts\n");
  return links->empty() ? kFailed : kSucceeded;
}

int get(store::Database& db, const TaskId& task, const std::string& sha256) {
  if (isatty(STDOUT_FILENO) == 1) return wrong_usage("what a stranger made is not shown on a terminal: send it to a file");
  const auto bytes = store::get_blob(db, task, sha256, store::Quarantined::give);
  if (!bytes) return report(bytes.error());
  if (!*bytes) {
    fmt::print(stderr, "argosy: the task has no artifact {}\n", sha256);
    return kFailed;
  }
  std::fwrite((*bytes)->data(), 1, (*bytes)->size(), stdout);
  return kSucceeded;
}

int end(store::Database& db, const TaskId& task, store::QuarantineEnd how, const Arguments& arguments) {
  const char* const user = std::getenv("USER");
  const auto by = arguments.value("--by").value_or(user != nullptr && *user != '\0' ? user : "operator");
  const auto done = store::end_quarantine(db, task, how, by);
  if (!done) return report(done.error());
  if (!*done) {
    fmt::print(stderr, "argosy: nothing of task {} is kept back\n", task.to_string());
    return kFailed;
  }
  fmt::print("{} artifacts {}\n", **done, how == store::QuarantineEnd::purge ? "purged" : "released");
  return kSucceeded;
}

}  // namespace

int quarantine(const Arguments& arguments) {
  const auto& words = arguments.positional;
  const auto& what = words[0];
  const std::size_t wanted = what == "list" ? 1 : what == "get" ? 3 : 2;
  if ((what != "list" && what != "show" && what != "get" && what != "release" && what != "purge") || words.size() != wanted)
    return wrong_usage("it is `quarantine list`, `show ID`, `get ID SHA256`, `release ID` or `purge ID`");
  const auto task = what == "list" ? std::optional(TaskId{}) : TaskId::parse(words[1]);
  if (!task) return wrong_usage(fmt::format("{} is no task's id", words[1]));
  const auto url = database_url(arguments);
  if (!url) return report(url.error());
  const auto settings = config::load(config::process_environment());
  if (!settings) return wrong_usage(settings.error().front());
  store::Database db(
      {.url = *url, .connections = 1, .application_name = "argosy quarantine", .read_placed = runtime::read_placed(*settings)});
  if (what == "list") return list(db, arguments.has("--all"));
  if (what == "show") return show(db, *task);
  if (what == "get") return get(db, *task, words[2]);
  return end(db, *task, what == "purge" ? store::QuarantineEnd::purge : store::QuarantineEnd::release, arguments);
}

}  // namespace argosy::cli
