#include "workers/ingest/edge/problems.h"

#include <algorithm>
#include <array>

namespace argosy::ingest {
namespace {

// How long a client waits before it tries again what failed for want of room or of the database.
constexpr int kRetryAfterSeconds = 1;

constexpr auto kTypes = std::to_array<ProblemType>({
    // The request as HTTP; made by common/http.
    {"malformed_request", 400, "The bytes are not a request of HTTP/1.1."},
    {"request_timeout", 408, "The header or the body did not arrive in time (ARGOSY_HEADER_TIMEOUT_MS, ARGOSY_BODY_TIMEOUT_MS)."},
    {"body_too_large", 413, "The body is larger than ARGOSY_MAX_BODY_BYTES."},
    {"expectation_failed", 417, "The only expectation understood is 100-continue."},
    {"upgrade_required", 426, "The path speaks WebSocket only."},
    {"header_too_large", 431, "Request line and headers are larger than ARGOSY_MAX_HEADER_BYTES."},
    {"not_found", 404, "There is nothing at this path."},
    {"method_not_allowed", 405, "The path exists but not with this method; Allow names those it has."},
    {"internal", 500, "A mistake of the server. The request may or may not have been done; repeat it under the same Idempotency-Key."},
    {"too_many_connections", 503, "The server has ARGOSY_MAX_CONNECTIONS connections already."},

    // Who calls
    {"unauthorized", 401, "The request needs `Authorization: Bearer <token>` with a token of ARGOSY_TOKENS_FILE."},
    {"forbidden", 403,
     "The token's role does not allow this: viewers read, operators also cancel, pause, resume and redrive, developers and admins do "
     "everything."},
    {"host_not_allowed", 403,
     "Without ARGOSY_TOKENS_FILE only a Host of this machine or of ARGOSY_PUBLIC_URL is served, so that no web page can reach the API "
     "through a name of its own."},
    {"origin_not_allowed", 403,
     "Without ARGOSY_TOKENS_FILE only pages of this host may open a stream; a browser tells which page asks by its Origin."},

    // The body
    {"unsupported_media_type", 415, "Bodies are application/json."},
    {"body_missing", 400, "The request needs a JSON body."},
    {"json_malformed", 400, "The body is not JSON (RFC 8259)."},
    {"json_duplicate_key", 400, "An object of the body has the same member twice."},
    {"json_invalid_utf8", 400, "The body is not UTF-8."},
    {"json_nul_character", 400, "A string of the body holds U+0000."},
    {"json_too_deep", 400, "The body is nested deeper than 64 levels."},
    {"json_too_large", 413, "The body is larger than ARGOSY_MAX_BODY_BYTES."},
    {"request_invalid", 422, "The body is JSON but not what the operation takes; the pointer names the place."},
    {"parameter_invalid", 400, "A parameter of the query is unknown, malformed or out of its bounds."},
    {"cursor_invalid", 400, "The cursor is none that this list gave out."},

    // Tasks
    {"task_not_found", 404, "The organisation has no task of this id."},
    {"task_final", 409, "The task succeeded, failed or was cancelled: what was asked for is possible only before."},
    {"checkpoint_not_found", 404, "The task has no checkpoint of this id, and no step that could still ask it."},
    {"checkpoint_answered", 409, "The checkpoint stands answered with another verdict or text. The first answer counts."},
    {"checkpoint_closed", 409, "Nobody answered in time, or the step was undone: nobody waits for the answer any more."},
    {"too_many_early_answers", 409, "An answer may come before its question, but only so many of a task are kept."},
    {"constraint_loosens", 409, "Constraints of a task that runs only get tighter: max_files_changed stands at less."},
    {"too_many_constraints", 409, "A task has at most 256 globs to avoid, those of its request included."},
    {"task_open", 409, "The task has not ended: there is nothing to do again."},
    {"step_not_found", 404, "The task has no such step, or it hangs on the task's end."},
    {"step_superseded", 409, "A rollback undid this step: the step that took its place names it in `replaces`."},
    {"step_not_finished", 409, "A task is set back to a step that has succeeded."},
    {"nothing_to_undo", 409, "No step comes after this one."},
    {"too_many_rollbacks", 409, "A task is rolled back 30 times at most. POST .../retry begins anew."},
    {"rollback_impossible", 409, "What would be undone had added steps on which others hang. A step further back can be chosen."},
    {"plan_not_found", 404, "The task has no plan: it is not made yet, or the task was given as a `change` list."},
    {"plan_followed", 409, "Nobody is asked about the proposed plan any more, and no step follows it yet: the planner is at work."},
    {"plan_node_begun", 409, "A node that has begun stands as it is, with the criteria that it covers; the detail names it."},
    {"plan_tested", 409, "The tests of what the plan made have begun: a rollback to a step before them comes first."},
    {"plan_moving", 409, "Steps of the task began or came while the edit was made up, again and again. Nothing was done."},
    {"too_many_plan_edits", 409, "A plan that is followed is edited 30 times at most."},
    {"task_bounds_passed", 409, "The task would have more steps than ARGOSY_MAX_TASK_STEPS, or more in a row than ARGOSY_MAX_TASK_DEPTH."},
    {"plan_changed", 412, "The plan is another one than If-Match names: read it again."},
    {"plan_invalid", 422, "The plan cannot be followed; the detail names all that is wrong with it."},
    {"if_match_required", 428, "A plan is replaced only by who names the one that he has seen."},
    {"repository_unknown", 422, "The organisation has no repository of this id; add it with POST /api/v1/repositories."},
    {"prompt_needs_model", 422,
     "A task that carries only a prompt needs a language model that plans it, and none is configured. A task with a `change` list works "
     "without one."},
    {"change_empty", 422, "The change holds no operation."},
    {"change_invalid", 422, "An operation of the change is not one of those that exist."},
    {"change_too_long", 422, "A path or a string of the change is longer than its bound (1,024 and 524,288 bytes)."},
    {"change_too_many", 422, "The change holds more operations than ARGOSY_MAX_OPERATIONS."},
    {"diff_malformed", 422, "The diff is not a unified diff as git writes it."},
    {"path_unsafe", 422, "A path is absolute, leads out of the repository or into .git."},
    {"address_refused", 422, "A webhook's address is not public."},
    {"idempotency_key_invalid", 400, "An Idempotency-Key has 1 to 255 characters of printable ASCII."},
    {"idempotency_key_reused", 422, "The key stands with another body. A key names one request."},
    {"idempotency_key_in_progress", 409, "The first request with this key is still on its way. Repeat the request."},

    // Dead letters
    {"dead_letter_not_found", 404, "The organisation has no dead letter of this task and step."},

    // Repositories
    {"repository_not_found", 404, "The organisation has no repository of this id."},
    {"url_scheme_refused", 422, "Repositories are https or ssh (file where ARGOSY_ALLOW_FILE_URLS is set), webhooks https."},
    {"url_credentials_refused", 422, "A URL must not hold credentials; they belong into the workers' configuration."},
    {"url_malformed", 422, "The URL cannot be read, or looks like an option."},
    {"url_invalid", 422, "The URL cannot be read, or is not http or https."},

    // Agents
    {"agent_not_found", 404, "The organisation has no agent of this name, or none of this version."},
    {"agent_invalid", 422, "The agent is not one that could be kept; the detail names the place."},
    {"agent_exists", 409, "An agent of this name is there. PUT changes it."},
    {"agent_built_in", 409, "Built-in agents cannot be changed or removed."},
    {"agent_changed", 412, "The agent does not stand at the version that If-Match names."},
    {"agent_not_yours", 403, "An agent is changed by its owner and by admins, and used by those whom `may_use` names, where it names any."},
    {"agent_unknown", 422, "The task names an agent that the organisation does not have."},
    {"too_many_agents", 409, "An organisation keeps at most 200 agents beside the built-in ones."},

    // Sandboxes
    {"sandbox_not_found", 404, "The organisation has no sandbox of this id."},
    {"sandbox_gone", 410, "The sandbox was removed, with all that lay in it: by hand, for it was idle or too full, or with its worker."},
    {"sandbox_busy", 409, "A command runs in the sandbox, or it is still being made. Commands follow one another."},
    {"too_many_sandboxes", 409, "The organisation has ARGOSY_ORG_MAX_SANDBOXES sandboxes already."},
    {"sandbox_class_refused", 422,
     "No testing worker keeps sandboxes of the class that was asked for. Another one is never taken instead."},
    {"sandbox_limit_refused", 422, "Limits only go down from those of the testing workers, and the repository must fit into disk_bytes."},
    {"sandbox_command_refused", 422, "The sandbox cannot run such a command."},
    {"sandbox_policy_unmet", 503, "The worker's host lacks a layer that ARGOSY_SANDBOX_REQUIRE names."},
    {"sandbox_not_made", 422, "The files of the sandbox could not be made: the repository or the commit cannot be had."},
    {"sandbox_unavailable", 503,
     "No testing worker takes the sandbox, or the one that keeps it does not answer. What a command did is not known."},
    {"stdin_too_large", 413, "A command gets at most 524,288 bytes of standard input."},

    // Logs and artifacts
    {"log_not_found", 404, "The task has no such step or attempt."},
    {"artifact_not_found", 404, "The task has no artifact of this digest."},
    {"artifact_quarantined", 403,
     "A security matter was found in the task: what it made, but for its logs, is kept back until an operator releases or purges it."},

    // The server's own state
    {"overloaded", 503, "More requests wait than the server queues. Nothing was done; repeat the request."},
    {"unavailable", 503, "Something the server needs does not answer. Repeat the request, a POST under the same Idempotency-Key."},
    {"database_unavailable", 503,
     "Postgres does not answer. The request may or may not have been done; repeat it under the same Idempotency-Key."},
    {"database_full", 503, "Postgres has no disk space or memory left. Nothing was done; repeat the request later."},
    {"database_conflict", 503, "Others changed the same rows too often. Nothing was done; repeat the request."},
});

}  // namespace

std::span<const ProblemType> problem_types() { return kTypes; }

const ProblemType* find_problem_type(std::string_view type) {
  const auto found = std::ranges::find(kTypes, type, &ProblemType::type);
  return found == kTypes.end() ? nullptr : &*found;
}

Refusal refusal_of(const Error& error, std::string_view fallback, std::string pointer) {
  std::string type = error.code;
  if (find_problem_type(type) == nullptr) type = error.category == Category::transient ? "unavailable" : std::string(fallback);
  Refusal out{.type = std::move(type), .detail = error.message, .pointer = std::move(pointer), .hint = error.hint};
  if (error.category == Category::transient) out.retry_after_s = kRetryAfterSeconds;
  return out;
}

http::Response respond(const Refusal& refusal) {
  const ProblemType* known = find_problem_type(refusal.type);
  if (known == nullptr) known = find_problem_type("internal");
  http::Problem problem{.status = known->status,
                        .type = std::string(known->type),
                        .detail = refusal.detail,
                        .pointer = refusal.pointer,
                        .hint = refusal.hint,
                        .retry_after_s = refusal.retry_after_s};
  if (problem.status == 503 && !problem.retry_after_s) problem.retry_after_s = kRetryAfterSeconds;
  http::Response response = http::problem_response(problem);
  if (problem.status == 401) response.headers["WWW-Authenticate"] = "Bearer";
  return response;
}

}  // namespace argosy::ingest
