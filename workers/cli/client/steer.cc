// Steering a task that runs.
#include <fmt/format.h>

#include "common/core/ids.h"
#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/client/submit_body.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

constexpr std::int64_t kMostFiles = 1'000'000, kMostStep = 32'767;

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

int answer(const Arguments& arguments) {
  const auto& words = arguments.positional;
  json::Object body{{"verdict", words[2]}};
  const auto file = arguments.value("--file");
  if (file && words.size() > 3) return wrong_usage("answer takes a TEXT or a --file, not both");
  if (words.size() > 3) body.append("text", words[3]);
  if (file) {
    auto text = read_input(*file);
    if (!text) return report(text.error(), kUsage);
    body.append("text", std::move(*text));
  }
  return post(arguments, "checkpoints/" + percent_encode(words[1]), body, [](const json::Value& said) {
    return fmt::format("{}: {}", said.string_or("checkpoint_id", "?"), said.string_or("verdict", "?"));
  });
}

int constrain(const Arguments& arguments) {
  const auto most = arguments.number("--max-files", 1, kMostFiles);
  if (!most) return report(most.error());
  json::Object body;
  if (*most) body.append("max_files_changed", **most);
  json::Array avoid;
  for (const auto& glob : arguments.values("--avoid")) avoid.emplace_back(glob);
  if (!avoid.empty()) body.append("avoid_files", std::move(avoid));
  if (body.empty()) return wrong_usage("constrain needs --avoid or --max-files");
  return post(arguments, "constraints", body, [](const json::Value& said) {
    const auto* stands = said.find("constraints");
    return "constrained: " + (stands == nullptr ? "?" : json::dump(*stands));
  });
}

int rollback(const Arguments& arguments) {
  const auto to_step = arguments.number("--to", 0, kMostStep);
  if (!to_step) return report(to_step.error());
  if (!*to_step) return wrong_usage("rollback needs --to STEP: the step that stays, `argosy show ID --json` lists them");
  const auto key = arguments.value("--key").value_or(Uuid::v4().to_string());
  return post(arguments, "rollback", json::Object{{"to_step", **to_step}},
              [](const json::Value& said) {
                return fmt::format("back at step {}: {} steps undone, {} to do, branch {}", said.int_or("to_step", 0),
                                   said.array_or_empty("superseded").size(), said.array_or_empty("added").size(),
                                   said.string_or("branch", "?"));
              },
              {{"Idempotency-Key", key}});
}

int retry(const Arguments& arguments) {
  http::Headers headers;
  if (const auto key = arguments.value("--key")) headers["Idempotency-Key"] = *key;
  return post(
      arguments, "retry", json::Object{}, [](const json::Value& said) { return said.string_or("status", "?"); }, std::move(headers));
}

}  // namespace argosy::cli
