// From a request to the rows: everything about a task that is fixed when it is made (ids, branch, dates, first steps). Pure, any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "common/config/settings.h"
#include "common/config/tokens.h"
#include "common/core/clock.h"
#include "common/store/moves.h"
#include "common/store/queries.h"
#include "common/tasks/agent/agent_spec.h"
#include "workers/ingest/submit/task_request.h"

namespace argosy::ingest {

// {timestamp} is UTC yyyymmdd-hhmmss, {slug} says what the task is about, {task} is the random end of its id. A template without {task}
// gets eight characters of that end behind the slug (or at its own end): two tasks of one second must not share a branch.
std::string branch_name(std::string_view branch_template, const TaskId& id, UnixMillis created_at, std::string_view about);

// The operations' names, sorted, each once, or tasks::kPromptKind where there are none: what durations are compared by.
std::string kind_of(const std::vector<tasks::Operation>& change);

// Rounded up to tenths.
double minutes(std::chrono::milliseconds duration);

struct Submission {
  TaskId id;
  TaskRequest request;
  store::Repository repository;
  config::Caller caller;
  UnixMillis created_at = 0;
  std::string canonical_body;  // of the request
  std::string idempotency_key;
  std::string traceparent;
  std::optional<std::chrono::milliseconds> estimate;
  std::string rerun_of{};  // the task that this one repeats; empty: none
  std::optional<tasks::AgentSpec> agent{};
};
// Ordinal 0 is the plan; 1..n are the notifications.
store::NewTask make_task(const Submission& submission, const config::Settings& settings);

std::string task_url(const config::Settings& settings, const TaskId& id);
std::string stream_url(const config::Settings& settings, const TaskId& id);

}  // namespace argosy::ingest
