#include "workers/ingest/submit/new_task.h"

#include <cmath>
#include <ctime>
#include <set>

#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/tasks/payloads.h"

namespace argosy::ingest {
namespace {

constexpr std::size_t kMaxSlug = 40;
constexpr std::size_t kTail = 8;  // hex digits of the id, in {task} and behind the slug

std::string timestamp(UnixMillis at) {
  const std::time_t seconds = at / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y%m%d-%H%M%S", &parts)};
}

// An id begins with its time; only its end differs between tasks of one moment.
std::string tail(const TaskId& id, std::size_t digits) {
  const std::string text = id.to_string();
  return text.substr(text.size() - digits);
}

bool replace_all(std::string& text, std::string_view what, std::string_view with) {
  bool found = false;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
    found = true;
  }
  return found;
}

std::vector<tasks::NewStep> first_steps(const Submission& submission) {
  std::vector<tasks::NewStep> out;
  out.push_back({.ordinal = 0, .queue = tasks::Queue::planning, .kind = "plan", .title = "plan the change", .payload = "{}"});
  for (std::size_t i = 0; i < submission.request.webhooks.size(); ++i) {
    const auto ordinal = static_cast<std::int16_t>(i + 1);
    // The delivery is named with the task, so that every retry is the same one.
    const tasks::NotifyPayload payload{.target = static_cast<std::int64_t>(i),
                                       .delivery_id = "msg_" + submission.id.to_string() + "_" + std::to_string(ordinal)};
    out.push_back({.ordinal = ordinal,
                   .queue = tasks::Queue::notifications,
                   .kind = "notify",
                   .title = "notify the webhook",
                   .payload = tasks::to_json_text(payload),
                   .on_task_end = true});
  }
  return out;
}

std::string accepted(const Submission& submission, const config::Settings& settings) {
  json::Object body{{"task_id", submission.id.to_string()},
                    {"status", "queued"},
                    {"estimated_duration_minutes", submission.estimate ? json::Value(minutes(*submission.estimate)) : json::Value()},
                    {"stream_url", stream_url(settings, submission.id)}};
  return json::dump(body);
}

}  // namespace

std::string branch_name(std::string_view branch_template, const TaskId& id, UnixMillis created_at, std::string_view about) {
  std::string out(branch_template);
  const bool has_task = replace_all(out, "{task}", tail(id, kTail));
  replace_all(out, "{timestamp}", timestamp(created_at));
  const std::string suffix = has_task ? "" : "-" + tail(id, kTail);
  const bool has_slug = replace_all(out, "{slug}", text::slug(about, kMaxSlug) + suffix);
  return has_slug ? out : out + suffix;
}

std::string kind_of(const std::vector<tasks::Operation>& change) {
  if (change.empty()) return std::string(tasks::kPromptKind);
  std::set<std::string> names;
  for (const auto& operation : change) names.insert(tasks::to_json(operation).string_or("op", ""));
  return text::join({names.begin(), names.end()}, ",");
}

double minutes(std::chrono::milliseconds duration) {
  return std::ceil(std::chrono::duration<double, std::ratio<6>>(duration).count()) / 10;
}

std::string task_url(const config::Settings& settings, const TaskId& id) { return settings.public_url + "/api/v1/tasks/" + id.to_string(); }

std::string stream_url(const config::Settings& settings, const TaskId& id) {
  return settings.public_ws_url + "/ws/tasks/" + id.to_string() + "/stream";
}

store::NewTask make_task(const Submission& submission, const config::Settings& settings) {
  const TaskRequest& request = submission.request;
  const store::Repository& repository = submission.repository;
  const std::string about = request.prompt.empty() ? tasks::summary(request.change.front()) : request.prompt;
  tasks::TaskContext context{.org_id = submission.caller.org.to_string(),
                             .repository_id = repository.id,
                             .url = repository.url,
                             .default_branch = repository.default_branch,
                             .setup_command = repository.setup_command,
                             .test_command = repository.test_command,
                             .prompt = request.prompt,
                             .change = request.change,
                             .avoid_files = request.constraints.avoid_files,
                             .max_files_changed = request.constraints.max_files_changed,
                             .webhooks = request.webhooks,
                             .branch = branch_name(settings.branch_template, submission.id, submission.created_at, about),
                             .commit_time_ms = submission.created_at / 1000 * 1000,  // git keeps whole seconds
                             .user = submission.caller.user,
                             .rerun_of = submission.rerun_of,
                             .max_fix_rounds = request.max_fix_rounds};
  context.agent = submission.agent;
  store::NewTask out;
  out.id = submission.id;
  out.org = submission.caller.org;
  out.repository_id = repository.id;
  out.kind = kind_of(request.change);
  out.lane = request.lane;
  out.context = tasks::to_json_text(context);
  out.request = submission.canonical_body;
  out.traceparent = submission.traceparent;
  out.created_by = submission.caller.user;
  out.steps = first_steps(submission);
  for (auto& step : out.steps) step.time_limit = settings.step_deadline;
  out.idempotency_key = submission.idempotency_key;
  if (!out.idempotency_key.empty()) out.body_sha256 = crypto::sha256(submission.canonical_body);
  out.response = accepted(submission, settings);
  return out;
}

}  // namespace argosy::ingest
