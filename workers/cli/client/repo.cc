#include <fmt/format.h>

#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

int add_repository(const Api& api, const Arguments& arguments) {
  json::Object body{{"repository_id", arguments.positional[1]}, {"url", arguments.positional[2]}};
  if (const auto branch = arguments.value("--branch")) body.append("default_branch", *branch);
  if (const auto command = arguments.value("--setup-command")) body.append("setup_command", *command);
  if (const auto command = arguments.value("--test-command")) body.append("test_command", *command);
  const auto answer = api.post("/api/v1/repositories", std::move(body));
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(*answer));
  } else {
    fmt::print("repository {}  {}\n", answer->string_or("repository_id", "?"), answer->string_or("url", "?"));
  }
  return kSucceeded;
}

int list_repositories(const Api& api, const Arguments& arguments) {
  const auto all = api.list("/api/v1/repositories", "repositories");
  if (!all) return report_answer(all.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(*all));
    return kSucceeded;
  }
  for (const auto& one : *all) {
    fmt::print("{:<32} {:<12} {}\n", one.string_or("repository_id", "?"), one.string_or("default_branch", "-"), one.string_or("url", "?"));
  }
  return kSucceeded;
}

}  // namespace

int repo(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  const auto words = arguments.positional.size();
  if (!(what == "add" && words == 3) && !(what == "list" && words == 1)) return wrong_usage("it is `repo add ORG/NAME URL` or `repo list`");
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  return what == "add" ? add_repository(*api, arguments) : list_repositories(*api, arguments);
}

}  // namespace argosy::cli
