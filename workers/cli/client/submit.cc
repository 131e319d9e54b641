#include <unistd.h>

#include <string>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/core/ids.h"
#include "common/core/json.h"
#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/client/follow.h"
#include "workers/cli/client/submit_body.h"
#include "workers/cli/command.h"

namespace argosy::cli {

int submit(const Arguments& arguments) {
  const auto body = submit_body(arguments);
  if (!body) return report(body.error(), kUsage);
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  const auto key = arguments.value("--key").value_or(Uuid::v4().to_string());
  const auto answer = api->post("/api/v1/tasks", *body, {{"Idempotency-Key", key}});
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(*answer));
  } else {
    const auto estimate = answer->find("estimated_duration_minutes");
    fmt::print("task {}  {}{}\n", answer->string_or("task_id", "?"), answer->string_or("status", "?"),
               estimate != nullptr && estimate->is_number() ? fmt::format("  about {} min", estimate->as_double()) : "");
  }
  std::fflush(stdout);
  if (!arguments.has("--watch")) return kSucceeded;
  return follow(*api, answer->string_or("task_id", ""), answer->string_or("stream_url", ""));
}

}  // namespace argosy::cli
