// Standard Webhooks 1.0.0: what is sent and how it is signed (https://www.standardwebhooks.com). Pure, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/http/message.h"
#include "common/tasks/payloads.h"
#include "common/tasks/task_state.h"

namespace argosy::notifications {

// How a task ended, as far as its subscribers may know.
struct TaskSummary {
  TaskId id;
  tasks::TaskState status = tasks::TaskState::succeeded;
  std::string repository_id, branch, commit;  // empty as long as nothing was pushed
  std::optional<tasks::TestCounts> tests{};
  std::optional<Error> error{};
  UnixMillis ended_at = 0;
};

// The key's bytes from "whsec_<base64>" (the prefix may be missing); 24 to 64 of them. Errors (B): webhook_secret_invalid.
Result<std::string> signing_key(std::string_view secret);

// {"type":"task.succeeded","timestamp":...,"data":{...}}. The same task gives the same bytes, whenever and however often it is sent.
std::string payload(const TaskSummary& task);

// webhook-id (constant over retries), webhook-timestamp (of this attempt), webhook-signature "v1,<base64 of HMAC-SHA256>".
http::Headers signed_headers(std::string_view key, std::string_view delivery_id, UnixMillis now, std::string_view payload);

// What the receiver's answer means: nothing when it was taken, else an error that says whether to come back. Errors: webhook_gone,
// webhook_redirected, webhook_refused (B), webhook_unavailable (A, with what Retry-After asked for).
std::optional<Error> verdict(const http::Response& response, UnixMillis now);

}  // namespace argosy::notifications
