#include "workers/ingest/submit/task_request.h"

#include <algorithm>
#include <cctype>

#include "common/core/text.h"
#include "common/http/url.h"
#include "common/tasks/json_reader.h"
#include "common/tasks/testing/fix_round.h"
#include "workers/ingest/edge/body.h"

namespace argosy::ingest {
namespace {

using tasks::JsonReader;

std::string must_have_bytes(std::size_t least, std::size_t most) {
  return "must have " + std::to_string(least) + " to " + std::to_string(most) + " bytes";
}

tasks::Lane read_priority(JsonReader& in, const json::Value& body) {
  const std::string word = in.string_or_empty("priority");
  const auto lane = word.empty() && body.find("priority") == nullptr ? tasks::Lane::normal : tasks::lane_from_string(word);
  if (!lane) in.fail("priority", "must be background, normal or urgent");
  return lane.value_or(tasks::Lane::normal);
}

Checked<std::vector<std::string>> read_webhooks(const json::Array& list, bool allow_loopback) {
  if (list.size() > kMaxWebhooks) {
    return std::unexpected(Refusal{
        .type = "request_invalid", .detail = "/notify: has more than " + std::to_string(kMaxWebhooks) + " items.", .pointer = "/notify"});
  }
  std::vector<std::string> out;
  for (const auto& item : list) {
    const std::string where = "/notify/" + std::to_string(out.size());
    JsonReader in(item, where);
    const std::string url = in.string("webhook");
    if (url.empty() || url.size() > kMaxUrl) in.fail("webhook", must_have_bytes(1, kMaxUrl));
    in.refuse_unknown();
    if (in.problem()) return std::unexpected(refusal_of(*in.problem()));
    if (const auto checked = http::check_webhook_url(url, allow_loopback); !checked) {
      return std::unexpected(refusal_of(checked.error(), "url_invalid", where + "/webhook"));
    }
    out.push_back(url);
  }
  return out;
}

}  // namespace

std::optional<JsonReader::Problem> read_constraints(const json::Value& value, const std::string& where, tasks::Constraints& out) {
  JsonReader in(value, where);
  out.avoid_files = in.strings("avoid_files");
  if (out.avoid_files.size() > kMaxAvoidFiles) in.fail("avoid_files", "has more than " + std::to_string(kMaxAvoidFiles) + " items");
  for (std::size_t i = 0; i < out.avoid_files.size(); ++i) {
    if (out.avoid_files[i].empty() || out.avoid_files[i].size() > kMaxGlob) in.fail_item("avoid_files", i, must_have_bytes(1, kMaxGlob));
  }
  out.max_files_changed = in.optional_integer("max_files_changed");
  if (out.max_files_changed && (*out.max_files_changed < 1 || *out.max_files_changed > kMaxFilesChanged)) {
    in.fail("max_files_changed", "must be from 1 to " + std::to_string(kMaxFilesChanged));
  }
  in.refuse_unknown();
  return in.problem();
}

bool is_repository_id(std::string_view id) {
  const auto parts = text::split(id, '/');
  const auto is_name = [](std::string_view part) {
    return !part.empty() && part != "." && part != ".." &&
           std::ranges::all_of(part, [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_'; });
  };
  return id.size() <= kMaxRepositoryId && parts.size() == 2 && std::ranges::all_of(parts, is_name);
}

Checked<TaskRequest> read_task_request(const json::Value& body, const RequestLimits& limits) {
  TaskRequest out;
  JsonReader in(body);
  out.repository_id = in.string("repository_id");
  if (!in.problem() && !is_repository_id(out.repository_id)) {
    in.fail("repository_id", "must be \"owner/name\" of letters, digits, dots, dashes and underscores, at most " +
                                 std::to_string(kMaxRepositoryId) + " bytes");
  }
  out.prompt = in.string_or_empty("prompt");
  if (out.prompt.size() > kMaxPrompt) in.fail("prompt", "has more than " + std::to_string(kMaxPrompt) + " bytes");
  out.agent = in.string_or_empty("agent");
  if (out.agent.size() > kMaxAgentName) in.fail("agent", "has more than " + std::to_string(kMaxAgentName) + " bytes");
  out.lane = read_priority(in, body);
  in.array("change");  // parse_change reads it
  std::optional<JsonReader::Problem> problem;
  if (const auto* constraints = in.optional_object("constraints"))
    problem = read_constraints(*constraints, "/constraints", out.constraints);
  out.max_fix_rounds = in.optional_integer("max_fix_rounds");
  if (out.max_fix_rounds && (*out.max_fix_rounds < 0 || *out.max_fix_rounds > tasks::kMaxFixRounds))
    in.fail("max_fix_rounds", "must be from 0 to " + std::to_string(tasks::kMaxFixRounds));
  const json::Array& notify = in.array("notify");
  in.refuse_unknown();
  if (!problem || in.problem()) problem = in.problem();
  if (problem) return std::unexpected(refusal_of(*problem));

  if (body.find("change") == nullptr) {
    if (text::trim(out.prompt).empty())
      return std::unexpected(Refusal{.type = "request_invalid", .detail = "The body: the member \"change\" is missing."});
    if (!limits.has_model) {
      return std::unexpected(Refusal{
          .type = "prompt_needs_model",
          .detail = "A task that carries only a prompt needs a language model that plans it, and none is configured here.",
          .hint = "Whoever runs Argosy sets ARGOSY_MODELS or ARGOSY_MODEL for ingest, planning and codegen; or spell the task out as "
                  "a `change` list of operations: that works without a model."});
    }
  } else {
    tasks::ChangeLimits change_limits;
    change_limits.max_operations = limits.max_operations;
    auto change = tasks::parse_change(*body.find("change"), change_limits);
    if (!change) return std::unexpected(refusal_of(change.error().error, "change_invalid", "/change" + change.error().pointer));
    out.change = std::move(*change);
  }
  auto webhooks = read_webhooks(notify, limits.allow_loopback_webhooks);
  if (!webhooks) return std::unexpected(std::move(webhooks.error()));
  out.webhooks = std::move(*webhooks);
  return out;
}

}  // namespace argosy::ingest
