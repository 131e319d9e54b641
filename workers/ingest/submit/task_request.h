// The body of POST /api/v1/tasks, read strictly into a value: unknown members, wrong types and broken limits are refused with the place.
// Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/json.h"
#include "common/tasks/change.h"
#include "common/tasks/constraints.h"
#include "common/tasks/json_reader.h"
#include "common/tasks/queue.h"
#include "workers/ingest/edge/problems.h"

namespace argosy::ingest {

// Bounds that have no variable of their own; schemas/openapi.yaml tells clients of them.
inline constexpr std::size_t kMaxRepositoryId = 200;  // bytes
inline constexpr std::size_t kMaxPrompt = 64 << 10;   // bytes
inline constexpr std::size_t kMaxAgentName = 64;      // bytes
inline constexpr std::size_t kMaxAvoidFiles = 256;    // globs
inline constexpr std::size_t kMaxGlob = 1024;         // bytes
inline constexpr std::int64_t kMaxFilesChanged = 1'000'000;
inline constexpr std::size_t kMaxWebhooks = 10;
inline constexpr std::size_t kMaxUrl = 2048;  // bytes, of webhooks and repositories

struct TaskRequest {
  std::string repository_id, prompt;
  std::string agent{};  // by its name; empty: the built-in ones
  std::vector<tasks::Operation> change;
  tasks::Constraints constraints;
  std::optional<std::int64_t> max_fix_rounds{};  // nothing: as the repository says
  tasks::Lane lane = tasks::Lane::normal;
  std::vector<std::string> webhooks;
};

struct RequestLimits {
  std::size_t max_operations = 64;
  bool allow_loopback_webhooks = false;
  bool has_model = false;  // tasks in words alone are taken
};

// The members avoid_files and max_files_changed of `value`, which stands at `where` in the body. What is wrong with them, or nothing.
std::optional<tasks::JsonReader::Problem> read_constraints(const json::Value& value, const std::string& where, tasks::Constraints& out);

// Refusals: request_invalid, prompt_needs_model, those of parse_change and of check_webhook_url.
Checked<TaskRequest> read_task_request(const json::Value& body, const RequestLimits& limits);

// "owner/name" of letters, digits, dots, dashes and underscores; neither part is "." or "..".
bool is_repository_id(std::string_view id);

}  // namespace argosy::ingest
