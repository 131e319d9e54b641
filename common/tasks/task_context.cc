// What a task is, as JSON: written at submit, read by every handler.
#include <fmt/format.h>

#include "common/tasks/json_reader.h"
#include "common/tasks/payloads.h"

namespace argosy::tasks {
namespace {

using json::Object;

json::Value list(const std::vector<std::string>& strings) { return json::Array(strings.begin(), strings.end()); }

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

// A built-in agent is known by its name; of another the task keeps what it was when it was submitted.
json::Value agent_value(const AgentSpec& agent) {
  Object object{{"name", agent.name}, {"version", agent.version}};
  if (agent.version > 0) {
    object.append("owner", agent.owner);
    object.append("spec", to_json(agent));
  }
  return object;
}

std::optional<AgentSpec> read_agent(JsonReader& in) {
  const json::Value* value = in.optional_object("agent");
  if (value == nullptr) return std::nullopt;
  JsonReader one(*value, "/agent");
  const auto name = one.string("name");
  const auto version = one.integer("version");
  if (version == 0) {
    if (const auto* spec = built_in_agent(name)) return *spec;
    in.fail("agent", "is not built in");
    return std::nullopt;
  }
  auto spec = agent_spec_from(json::dump(one.object("spec")));
  if (!spec) {
    in.fail("agent", spec.error().message);
    return std::nullopt;
  }
  spec->version = version;
  spec->owner = one.string("owner");
  return std::move(*spec);
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
  if (c.agent) object.append("agent", agent_value(*c.agent));
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
                  .agent = read_agent(in),
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

}  // namespace argosy::tasks
