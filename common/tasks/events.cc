#include "common/tasks/events.h"

#include "common/core/json.h"
#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::tasks {
namespace {

// An event travels to every watcher and stays in Postgres: what is longer belongs into an artifact.
constexpr std::size_t kMaxReasoning = 16u << 10;
constexpr std::size_t kMaxCommand = 4u << 10;
constexpr std::size_t kMaxSnippet = 8u << 10;

std::string shown(std::string_view text, std::size_t max) { return text::ellipsize(redact(text::to_utf8(text)), max); }

NewEvent made(std::string type, json::Object data) { return {.type = std::move(type), .data = json::dump(std::move(data))}; }

}  // namespace

NewEvent agent_thought(std::string_view agent, std::string_view reasoning, UnixMillis at) {
  return made("agent_thought", {{"agent", agent}, {"reasoning", shown(reasoning, kMaxReasoning)}, {"timestamp", rfc3339(at)}});
}

NewEvent file_modified(std::string_view path, std::int64_t added, std::int64_t removed) {
  return made("file_modified", {{"path", path}, {"diff_stat", json::Object{{"added", added}, {"removed", removed}}}});
}

NewEvent command_executed(std::string_view command, int exit_code, std::string_view stdout_snippet) {
  return made("command_executed",
              {{"command", shown(command, kMaxCommand)}, {"exit_code", exit_code}, {"stdout_snippet", shown(stdout_snippet, kMaxSnippet)}});
}

NewEvent error_event(const Error& error, bool recoverable) {
  json::Object data{
      {"category", std::string(1, letter(error.category))}, {"code", error.code}, {"message", shown(error.message, kMaxReasoning)}};
  if (!error.hint.empty()) data.append("hint", shown(error.hint, kMaxReasoning));
  data.append("recoverable", recoverable);
  return made("error", std::move(data));
}

}  // namespace argosy::tasks
