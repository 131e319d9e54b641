#include <fmt/format.h>

#include <limits>

#include "common/tasks/agent/plan.h"
#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/client/context_text.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

constexpr std::int64_t kLastStep = std::numeric_limits<std::int16_t>::max();

struct Report {
  std::int64_t step = 0, attempt = 0;
  json::Value context;
};

// Of each step, or of one; in the order of the steps.
Result<std::vector<Report>> reports(const Api& api, const std::string& task, std::optional<std::int64_t> step) {
  const auto path = fmt::format("/api/v1/tasks/{}/artifacts", percent_encode(task));
  ARGOSY_TRY(const auto artifacts, api.list(path, "artifacts"));
  std::vector<Report> found;
  for (const auto& one : artifacts) {
    const auto of = one.int_or("step", -1);
    if (one.string_or("name", "") != tasks::kContextArtifact || (step && of != *step)) continue;
    ARGOSY_TRY(const auto bytes, api.bytes(fmt::format("{}/{}", path, percent_encode(one.string_or("sha256", "")))));
    ARGOSY_TRY(auto context, json::parse(bytes));
    found.push_back({.step = of, .attempt = one.int_or("attempt", 0), .context = std::move(context)});
  }
  return found;
}

}  // namespace

int context(const Arguments& arguments) {
  const auto task = arguments.value("--task");
  if (!task) return wrong_usage("--task ID says whose agents");
  const auto step = arguments.number("--step", 0, kLastStep);
  if (!step) return report(step.error());
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  auto found = reports(*api, *task, *step);
  if (!found) return report_answer(found.error());
  if (arguments.has("--json")) {
    json::Array contexts;
    for (auto& one : *found)
      contexts.emplace_back(json::Object{{"step", one.step}, {"attempt", one.attempt}, {"context", std::move(one.context)}});
    fmt::print("{}\n", json::dump_pretty(json::Object{{"contexts", std::move(contexts)}}));
    return kSucceeded;
  }
  for (const auto& one : *found) fmt::print("step {}, attempt {}: {}", one.step, one.attempt, context_text(one.context));
  if (found->empty()) fmt::print("no agent has begun (yet)\n");
  return kSucceeded;
}

}  // namespace argosy::cli
