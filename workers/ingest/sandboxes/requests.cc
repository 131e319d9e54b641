#include "workers/ingest/sandboxes/requests.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "workers/ingest/edge/body.h"
#include "workers/ingest/submit/task_request.h"

namespace argosy::ingest {
namespace {

using tasks::JsonReader;

constexpr std::array<std::string_view, 3> kClasses{"bwrap", "gvisor", "none"};

// Of SHA-1 or SHA-256, in full: a name could be another commit tomorrow.
bool is_commit(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Checked<SandboxRequest> read_sandbox_request(const json::Value& body) {
  JsonReader in(body);
  SandboxRequest request{.repository_id = in.string("repository_id"),
                         .commit = in.string_or_empty("commit"),
                         .kind = in.string_or_empty("class"),
                         .limits = {}};
  const auto* limits = in.optional_object("limits");
  in.refuse_unknown();
  if (!in.problem() && !is_repository_id(request.repository_id)) in.fail("repository_id", "must be \"owner/name\"");
  if (!request.commit.empty() && !is_commit(request.commit)) in.fail("commit", "must be a commit's id: 40 or 64 characters of 0-9 and a-f");
  if (!request.kind.empty() && std::ranges::find(kClasses, request.kind) == kClasses.end())
    in.fail("class", "must be bwrap, gvisor or none");
  if (in.problem()) return std::unexpected(refusal_of(*in.problem()));
  if (limits == nullptr) return request;
  JsonReader inner(*limits, "/limits");
  request.limits = tasks::read_sandbox_limits(inner);
  inner.refuse_unknown();
  if (inner.problem()) return std::unexpected(refusal_of(*inner.problem()));
  return request;
}

Checked<tasks::Exec> read_exec(const json::Value& body, const tasks::SandboxLimits& limits) {
  JsonReader in(body);
  const auto* command = body.find("command");
  tasks::Exec exec;
  if (command != nullptr && command->is_array())
    exec.argv = in.strings("command");
  else
    exec.argv = {"/bin/sh", "-c", in.string("command")};
  exec.timeout = std::chrono::seconds(in.optional_integer("timeout_s").value_or(limits.wall_s));
  exec.input = in.string_or_empty("stdin");
  in.refuse_unknown();
  if (exec.argv.empty() || exec.argv.front().empty() || exec.argv.back().empty()) in.fail("command", "must not be empty");
  if (exec.argv.size() > tasks::kMaxExecWords) in.fail("command", "has more than " + std::to_string(tasks::kMaxExecWords) + " words");
  if (std::ranges::any_of(exec.argv, [](const auto& word) { return word.size() > tasks::kMaxExecWord; }))
    in.fail("command", "has a word of more than " + std::to_string(tasks::kMaxExecWord) + " bytes: put it into a file by stdin");
  if (exec.timeout.count() < 1 || exec.timeout.count() > limits.wall_s)
    in.fail("timeout_s", "must be from 1 to " + std::to_string(limits.wall_s) + ", the sandbox's wall_s");
  if (in.problem()) return std::unexpected(refusal_of(*in.problem()));
  if (exec.input.size() > tasks::kMaxExecInput) {
    return std::unexpected(Refusal{.type = "stdin_too_large",
                                   .detail = "stdin has more than " + std::to_string(tasks::kMaxExecInput) + " bytes.",
                                   .pointer = "/stdin",
                                   .hint = "Write it in pieces: command `cat >> file`, once a piece."});
  }
  return exec;
}

}  // namespace argosy::ingest
