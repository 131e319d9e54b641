// Steering a task that runs.
#include <fmt/format.h>

#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

// POST /api/v1/tasks/ID/<what>; prints the answer as JSON, or what `said` makes of it.
template <class Said>
int post(const Arguments& arguments, std::string_view what, const json::Value& body, Said&& said, http::Headers headers = {}) {
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  const auto answer =
      api->post(fmt::format("/api/v1/tasks/{}/{}", percent_encode(arguments.positional[0]), what), body, std::move(headers));
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(*answer));
  } else {
    fmt::print("task {}  {}\n", answer->string_or("task_id", arguments.positional[0]), said(*answer));
  }
  return kSucceeded;
}

}  // namespace

int pause(const Arguments& arguments) {
  return post(arguments, "pause", json::Object{}, [](const json::Value&) { return "paused"; });
}

int resume(const Arguments& arguments) {
  return post(arguments, "resume", json::Object{}, [](const json::Value&) { return "resumed"; });
}

}  // namespace argosy::cli
