#include "common/tasks/agent/agent_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"command", "tests", "linter", "install"};

json::Value list(const std::vector<std::string>& strings) { return json::Array(strings.begin(), strings.end()); }

json::Value node_json(const PlanNode& node) {
  return json::Object{{"id", node.id},
                      {"agent", node.agent},
                      {"objective", node.objective},
                      {"write_set", list(node.write_set)},
                      {"depends_on", list(node.depends_on)},
                      {"done_when", list(node.done_when)},
                      {"budget_share", node.budget_share}};
}

// Who wrote the plan has checked it; here it only has to be readable.
PlanNode read_node(JsonReader& in) {
  const json::Value& value = in.object("node");
  JsonReader one(value, "/node");
  PlanNode node{.id = one.string("id"),
                .agent = one.string("agent"),
                .objective = one.string("objective"),
                .write_set = one.strings("write_set"),
                .depends_on = one.strings("depends_on"),
                .done_when = one.strings("done_when")};
  if (const auto* share = value.find("budget_share"); share != nullptr && share->is_number()) node.budget_share = share->as_double();
  if (const auto& problem = one.problem()) in.fail("node", problem->message);
  return node;
}

json::Value criteria_json(const std::vector<Criterion>& criteria) {
  json::Array array;
  for (const auto& one : criteria) array.push_back(json::Object{{"id", one.id}, {"text", one.text}, {"check", one.check}});
  return array;
}

Run read_run(JsonReader& in) {
  Run run{.call = in.string("call"), .command = in.string_or_empty("command")};
  const auto kind = in.string("kind");
  const auto* const known = std::ranges::find(kKinds, kind);
  if (known == kKinds.end()) {
    in.fail("kind", fmt::format("\"{}\" is no kind of run", kind));
  } else {
    run.kind = static_cast<RunKind>(known - kKinds.begin());
  }
  if (const auto limit = in.optional_integer("time_limit_ms")) {
    if (*limit <= 0) in.fail("time_limit_ms", "must be above 0");
    run.time_limit = std::chrono::milliseconds(*limit);
  }
  return run;
}

RunResult read_result(JsonReader& in) {
  const auto code = in.integer("exit_code");
  if (code < std::numeric_limits<int>::min() || code > std::numeric_limits<int>::max()) in.fail("exit_code", "is no exit code");
  return {.call = in.string("call"),
          .exit_code = static_cast<int>(code),
          .output = in.string("output"),
          .error = in.string_or_empty("error"),
          .duration_ms = in.optional_integer("duration_ms").value_or(0)};
}

}  // namespace

std::string_view to_string(RunKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::string to_json_text(const AgentPayload& payload) {
  return json::dump(json::Object{{"base_commit", payload.base_commit},
                                 {"node", node_json(payload.node)},
                                 {"criteria", criteria_json(payload.criteria)},
                                 {"follow", list(payload.follow)},
                                 {"state", payload.state},
                                 {"ran", payload.ran}});
}

std::string to_json_text(const RunPayload& payload) {
  json::Array runs;
  for (const auto& run : payload.runs) {
    json::Object one{{"call", run.call}, {"kind", to_string(run.kind)}, {"command", run.command}};
    if (run.time_limit) one.append("time_limit_ms", static_cast<std::int64_t>(run.time_limit->count()));
    runs.push_back(std::move(one));
  }
  return json::dump(json::Object{{"base_commit", payload.base_commit}, {"patch", payload.patch}, {"runs", std::move(runs)}});
}

std::string to_json_text(const RunOutput& output) {
  json::Array results;
  for (const auto& one : output.results)
    results.push_back(json::Object{
        {"call", one.call}, {"exit_code", one.exit_code}, {"output", one.output}, {"error", one.error}, {"duration_ms", one.duration_ms}});
  // Whoever joins patches reads this as a change of nothing.
  return json::dump(json::Object{{"patch", ""}, {"files", json::Array()}, {"results", std::move(results)}});
}

Result<AgentPayload> agent_payload_from(std::string_view json_text) {
  return read_payload<AgentPayload>(json_text, [](JsonReader& in) {
    AgentPayload payload{.base_commit = in.string("base_commit"), .node = read_node(in), .criteria = {}};
    payload.criteria = read_all<Criterion>(in, "criteria", [](JsonReader& one) {
      return Criterion{.id = one.string("id"), .text = one.string("text"), .check = one.string_or_empty("check")};
    });
    payload.follow = in.strings("follow");
    payload.state = in.string_or_empty("state");
    payload.ran = in.boolean("ran");
    return payload;
  });
}

Result<RunPayload> run_payload_from(std::string_view json_text) {
  return read_payload<RunPayload>(json_text, [](JsonReader& in) {
    RunPayload payload{.base_commit = in.string("base_commit"), .patch = in.string_or_empty("patch"), .runs = {}};
    payload.runs = read_all<Run>(in, "runs", read_run);
    if (payload.runs.empty() || payload.runs.size() > kMaxRuns) in.fail("runs", fmt::format("must be 1 to {}", kMaxRuns));
    return payload;
  });
}

Result<RunOutput> run_output_from(std::string_view json_text) {
  return read_payload<RunOutput>(json_text,
                                 [](JsonReader& in) { return RunOutput{.results = read_all<RunResult>(in, "results", read_result)}; });
}

}  // namespace argosy::tasks
