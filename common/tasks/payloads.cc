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

json::Value list(const std::vector<Answer>& answers) {
  json::Array array;
  for (const Answer& answer : answers) {
    array.push_back(Object{{"step", int{answer.step}},
                           {"name", answer.name},
                           {"verdict", to_string(answer.verdict)},
                           {"text", answer.text},
                           {"by", answer.by}});
  }
  return array;
}

// The edge has held the request to its limits, which may have been others than today's.
constexpr ChangeLimits kAnyLimits{.max_operations = SIZE_MAX, .max_path = SIZE_MAX, .max_string = SIZE_MAX};

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

std::vector<Answer> read_answers(JsonReader& in) {
  std::vector<Answer> answers;
  for (const json::Value& item : in.array("answers")) {
    JsonReader one(item, fmt::format("/answers/{}", answers.size()));
    Answer answer{.step = static_cast<std::int16_t>(one.integer("step")),
                  .name = one.string("name"),
                  .text = one.string("text"),
                  .by = one.string_or_empty("by")};
    const auto verdict = verdict_from_string(one.string("verdict"));
    if (!verdict) one.fail("verdict", "is none");
    answer.verdict = verdict.value_or(Verdict::reject);
    answers.push_back(std::move(answer));
    if (const auto& problem = one.problem()) {
      in.fail_item("answers", answers.size() - 1, problem->message);
      break;
    }
  }
  return answers;
}

}  // namespace

std::string to_json_text(const TaskContext& c) {
  Object object{{"org_id", c.org_id},
                {"repository_id", c.repository_id},
                {"url", c.url},
                {"default_branch", c.default_branch},
                {"test_command", c.test_command},
                {"prompt", c.prompt},
                {"change", to_json(c.change)},
                {"avoid_files", list(c.avoid_files)},
                {"webhooks", list(c.webhooks)},
                {"branch", c.branch},
                {"commit_time_ms", c.commit_time_ms},
                {"user", c.user}};
  if (!c.setup_command.empty()) object.append("setup_command", c.setup_command);
  if (c.max_fix_rounds) object.append("max_fix_rounds", *c.max_fix_rounds);
  if (c.max_files_changed) object.append("max_files_changed", *c.max_files_changed);
  if (!c.rerun_of.empty()) object.append("rerun_of", c.rerun_of);
  if (!c.answers.empty()) object.append("answers", list(c.answers));
  return json::dump(std::move(object));
}

Result<TaskContext> task_context_from(std::string_view json_text) {
  return read_payload<TaskContext>(json_text, [](JsonReader& in) {
    TaskContext c{.org_id = in.string("org_id"),
                  .repository_id = in.string("repository_id"),
                  .url = in.string("url"),
                  .default_branch = in.string_or_empty("default_branch"),
                  .setup_command = in.string_or_empty("setup_command"),
                  .test_command = in.string_or_empty("test_command"),
                  .prompt = in.string_or_empty("prompt"),
                  .change = {},
                  .avoid_files = in.strings("avoid_files"),
                  .max_files_changed = in.optional_integer("max_files_changed"),
                  .webhooks = in.strings("webhooks"),
                  .branch = in.string("branch"),
                  .commit_time_ms = in.integer("commit_time_ms"),
                  .user = in.string_or_empty("user"),
                  .rerun_of = in.string_or_empty("rerun_of"),
                  .max_fix_rounds = in.optional_integer("max_fix_rounds"),
                  .answers = read_answers(in)};
    if (const json::Array& change = in.array("change"); !change.empty()) {
      auto operations = parse_change(change, kAnyLimits);
      if (operations)
        c.change = std::move(*operations);
      else
        in.fail("change", operations.error().pointer + " " + operations.error().error.message);
    }
    return c;
  });
}

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
  return json::dump(std::move(object));
}
Result<TreePayload> tree_payload_from(std::string_view json_text) {
  return read_payload<TreePayload>(json_text, [](JsonReader& in) {
    return TreePayload{.base_commit = in.string("base_commit"),
                       .target_branch = in.string("target_branch"),
                       .round = in.optional_integer("round").value_or(0),
                       .failed = read_gate_times(in, "failed")};
  });
}

std::string to_json_text(const NotifyPayload& p) { return json::dump(Object{{"target", p.target}, {"delivery_id", p.delivery_id}}); }
Result<NotifyPayload> notify_payload_from(std::string_view json_text) {
  return read_payload<NotifyPayload>(
      json_text, [](JsonReader& in) { return NotifyPayload{.target = in.integer("target"), .delivery_id = in.string("delivery_id")}; });
}

std::string to_json_text(const PlanOutput& o) {
  return json::dump(Object{{"base_commit", o.base_commit}, {"target_branch", o.target_branch}});
}
Result<PlanOutput> plan_output_from(std::string_view json_text) {
  return read_payload<PlanOutput>(json_text, [](JsonReader& in) {
    return PlanOutput{.base_commit = in.string("base_commit"), .target_branch = in.string("target_branch")};
  });
}

std::string to_json_text(const ChangeOutput& o) {
  Object object{{"patch", o.patch}, {"files", list(o.files)}};
  if (!o.accepted.empty()) object.append("accepts", to_json(o.accepted));
  return json::dump(std::move(object));
}
Result<ChangeOutput> change_output_from(std::string_view json_text) {
  return read_payload<ChangeOutput>(json_text, [](JsonReader& in) {
    return ChangeOutput{.patch = in.string("patch"), .files = read_files(in), .accepted = read_accepted_gates(in, "accepts")};
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
                 .accepted = read_accepted_gates(in, "accepted")};
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
