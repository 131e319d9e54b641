#include "workers/ingest/sandboxes/keeper.h"

#include "common/core/text.h"
#include "common/http/client.h"

namespace argosy::ingest {
namespace {

constexpr std::size_t kMaxAnswer = 16u << 20;  // two streams of tasks::kMaxExecOutput, each byte up to six as JSON
constexpr std::string_view kTypes = "/problems/";

Refusal no_answer(const Error& error) {
  return {.type = "sandbox_unavailable",
          .detail = "The worker that keeps the sandbox does not answer: " + error.message + ".",
          .hint = "Repeat the request: once the worker counts as dead, the sandbox is gone and this says so."};
}

// What the worker says, under a type that our clients know.
Refusal refusal_of(const http::Response& answer) {
  const auto problem = json::parse(answer.body).value_or(json::Value());
  auto type = problem.string_or("type", "");
  if (type.starts_with(kTypes)) type.erase(0, kTypes.size());
  if (answer.status == 401) type = "sandbox_gone";  // another process listens there now
  if (find_problem_type(type) == nullptr || !type.starts_with("sandbox_"))
    type = answer.status == 503 ? "sandbox_unavailable" : "sandbox_not_made";
  return {.type = std::move(type), .detail = problem.string_or("detail", "The worker refuses."), .hint = problem.string_or("hint", "")};
}

}  // namespace

Checked<std::string> ask_keeper(const Service& service, const store::SandboxKeeper& keeper, const KeeperCall& call) {
  if (keeper.address.empty()) return std::unexpected(no_answer({Category::transient, "", "it listens nowhere", ""}));
  const auto answer = http::fetch({.method = call.method,
                                   .url = "http://" + keeper.address + call.path,
                                   .headers = {{"Authorization", "Bearer " + text::hex(keeper.key)}, {"Content-Type", "application/json"}},
                                   .body = call.body.is_null() ? std::string() : json::dump(call.body),
                                   .timeout = call.timeout,
                                   .max_response_bytes = kMaxAnswer,
                                   .cancelled = service.stopping});
  if (!answer) return std::unexpected(no_answer(answer.error()));
  if (answer->status >= 300) return std::unexpected(refusal_of(*answer));
  return std::move(answer->body);
}

}  // namespace argosy::ingest
