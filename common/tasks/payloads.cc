#include "common/tasks/payloads.h"

#include <fmt/format.h>

#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

using json::Object;

json::Value list(const std::vector<std::string>& strings) { return json::Array(strings.begin(), strings.end()); }
json::Value list(const std::vector<std::int64_t>& numbers) { return json::Array(numbers.begin(), numbers.end()); }

json::Value list(const std::vector<ChangedFile>& files) {
  json::Array array;
  for (const ChangedFile& file : files) {
    array.push_back(Object{{"path", file.path}, {"status", file.status}, {"added", file.added}, {"removed", file.removed}});
  }
  return array;
}

json::Value list(const std::vector<GateOutcome>& gates) {
  json::Array array;
  for (const GateOutcome& gate : gates) array.push_back(Object{{"gate", gate.gate}, {"outcome", gate.outcome}, {"text", gate.text}});
  return array;
}

std::vector<ChangedFile> read_files(JsonReader& in) {
  std::vector<ChangedFile> files;
  for (const json::Value& item : in.array("files")) {
    JsonReader file(item, fmt::format("/files/{}", files.size()));
    files.push_back(
        {.path = file.string("path"), .status = file.string("status"), .added = file.integer("added"), .removed = file.integer("removed")});
    if (const auto& problem = file.problem()) {
      in.fail_item("files", files.size() - 1, problem->message);
      break;
    }
  }
  return files;
}

std::vector<GateOutcome> read_gates(JsonReader& in) {
  std::vector<GateOutcome> gates;
  for (const json::Value& item : in.array("gates")) {
    JsonReader one(item, fmt::format("/gates/{}", gates.size()));
    gates.push_back({.gate = one.string("gate"), .outcome = one.string("outcome"), .text = one.string("text")});
    if (const auto& problem = one.problem()) {
      in.fail_item("gates", gates.size() - 1, problem->message);
      break;
    }
  }
  return gates;
}

}  // namespace

std::string to_json_text(const ChangePayload& p) {
  return json::dump(Object{{"base_commit", p.base_commit}, {"operations", list(p.operations)}});
}
Result<ChangePayload> change_payload_from(std::string_view json_text) {
  return read_payload<ChangePayload>(json_text, [](JsonReader& in) {
    return ChangePayload{.base_commit = in.string("base_commit"), .operations = in.integers("operations")};
  });
}

std::string to_json_text(const TreePayload& p) {
  Object object{{"base_commit", p.base_commit}, {"target_branch", p.target_branch}};
  if (p.round > 0) object.append("round", p.round);
  if (!p.failed.empty()) object.append("failed", to_json(p.failed));
  if (!p.title.empty()) object.append("title", p.title);
  if (!p.criteria.empty()) object.append("criteria", to_json(p.criteria));
  if (!p.write_set.empty()) object.append("write_set", json::Array(p.write_set.begin(), p.write_set.end()));
  return json::dump(std::move(object));
}
Result<TreePayload> tree_payload_from(std::string_view json_text) {
  return read_payload<TreePayload>(json_text, [](JsonReader& in) {
    return TreePayload{.base_commit = in.string("base_commit"),
                       .target_branch = in.string("target_branch"),
                       .round = in.optional_integer("round").value_or(0),
                       .failed = read_gate_times(in, "failed"),
                       .title = in.string_or_empty("title"),
                       .criteria = read_criteria(in, "criteria"),
                       .write_set = in.strings("write_set")};
  });
}

std::string to_json_text(const NotifyPayload& p) { return json::dump(Object{{"target", p.target}, {"delivery_id", p.delivery_id}}); }
Result<NotifyPayload> notify_payload_from(std::string_view json_text) {
  return read_payload<NotifyPayload>(
      json_text, [](JsonReader& in) { return NotifyPayload{.target = in.integer("target"), .delivery_id = in.string("delivery_id")}; });
}

std::string to_json_text(const PlanOutput& o) {
  Object object{{"base_commit", o.base_commit}, {"target_branch", o.target_branch}};
  if (o.plan) object.append("plan", to_json(*o.plan));
  return json::dump(std::move(object));
}
Result<PlanOutput> plan_output_from(std::string_view json_text) {
  return read_payload<PlanOutput>(json_text, [](JsonReader& in) {
    PlanOutput o{.base_commit = in.string("base_commit"), .target_branch = in.string("target_branch")};
    if (const auto* value = in.optional_object("plan")) {
      auto plan = plan_from(json::dump(*value));
      if (plan)
        o.plan = std::move(*plan);
      else
        in.fail("plan", plan.error().message);
    }
    return o;
  });
}

std::string to_json_text(const ChangeOutput& o) {
  Object object{{"patch", o.patch}, {"files", list(o.files)}};
  if (!o.accepted.empty()) object.append("accepts", to_json(o.accepted));
  if (!o.granted.empty()) {
    json::Array granted;
    for (const auto& paths : o.granted) granted.push_back(Object{{"files", list(paths)}});
    object.append("granted", std::move(granted));
  }
  return json::dump(std::move(object));
}
Result<ChangeOutput> change_output_from(std::string_view json_text) {
  return read_payload<ChangeOutput>(json_text, [](JsonReader& in) {
    return ChangeOutput{.patch = in.string("patch"),
                        .files = read_files(in),
                        .accepted = read_accepted_gates(in, "accepts"),
                        .granted = read_all<std::vector<std::string>>(in, "granted", [](JsonReader& one) { return one.strings("files"); })};
  });
}

std::string to_json_text(const TestOutput& o) {
  Object object{
      {"tests",
       Object{{"passed", o.tests.passed}, {"failed", o.tests.failed}, {"skipped", o.tests.skipped}, {"duration_ms", o.tests.duration_ms}}},
      {"framework", o.framework},
      {"command", o.command},
      {"report", o.report},
      {"log", o.log},
      {"failing", list(o.failing)},
      {"failed_before", list(o.failed_before)},
      {"flaky", list(o.flaky)},
      {"gates", list(o.gates)},
      {"patch", o.patch},
      {"set_up", o.set_up}};
  if (!o.failed.empty()) object.append("failed", to_json(o.failed));
  if (!o.accepted.empty()) object.append("accepted", to_json(o.accepted));
  if (!o.criteria.empty()) object.append("criteria", to_json(o.criteria));
  return json::dump(std::move(object));
}
Result<TestOutput> test_output_from(std::string_view json_text) {
  return read_payload<TestOutput>(json_text, [](JsonReader& in) {
    TestOutput o{.tests = {},
                 .framework = in.string("framework"),
                 .command = in.string("command"),
                 .report = in.string_or_empty("report"),
                 .log = in.string_or_empty("log"),
                 .failing = in.strings("failing"),
                 .failed_before = in.strings("failed_before"),
                 .flaky = in.strings("flaky"),
                 .gates = read_gates(in),
                 .patch = in.string_or_empty("patch"),
                 .set_up = in.string_or_empty("set_up"),
                 .failed = read_failed_gates(in, "failed"),
                 .accepted = read_accepted_gates(in, "accepted"),
                 .criteria = read_checked_criteria(in, "criteria")};
    const json::Value& counts = in.object("tests");
    JsonReader tests(counts, "/tests");
    o.tests = {.passed = tests.integer("passed"),
               .failed = tests.integer("failed"),
               .skipped = tests.integer("skipped"),
               .duration_ms = tests.integer("duration_ms")};
    if (const auto& problem = tests.problem()) in.fail("tests", problem->message);
    return o;
  });
}

std::string to_json_text(const PushOutput& o) {
  return json::dump(Object{{"branch", o.branch},
                           {"commit", o.commit},
                           {"base_commit", o.base_commit},
                           {"diff_stat", o.diff_stat},
                           {"note", o.note},
                           {"patch", o.patch},
                           {"files", list(o.files)}});
}
Result<PushOutput> push_output_from(std::string_view json_text) {
  return read_payload<PushOutput>(json_text, [](JsonReader& in) {
    return PushOutput{.branch = in.string("branch"),
                      .commit = in.string("commit"),
                      .base_commit = in.string("base_commit"),
                      .diff_stat = in.string_or_empty("diff_stat"),
                      .note = in.string_or_empty("note"),
                      .patch = in.string_or_empty("patch"),
                      .files = read_files(in)};
  });
}

}  // namespace argosy::tasks
