// From the request of an upgrade to a client of the hub: who calls, which task, from where; the organisation is checked here, once.
// Handlers run on the server's threads and hand what blocks to the pool.
#pragma once

#include <functional>
#include <optional>

#include "common/config/tokens.h"
#include "common/http/server.h"
#include "common/runtime/work_pool.h"
#include "common/store/database.h"
#include "workers/fanout/hub.h"

namespace argosy::fanout {

class Attach {
 public:
  // All must outlive it. Without `tokens` every caller is the default organisation, and only pages of this very host may call.
  Attach(Hub& hub, store::Database& db, runtime::WorkPool& pool, std::optional<config::TokenTable> tokens)
      : hub_(hub), db_(db), pool_(pool), tokens_(std::move(tokens)) {}

  // GET /ws/tasks/{id}/stream?from=SEQ&history=ID: events after SEQ (0: all). `history` is that of the hello that SEQ came under.
  void stream(const http::Request& request, http::Accept accept, http::Respond refuse);
  // GET /ws/tasks/{id}/logs?step=N
  void logs(const http::Request& request, http::Accept accept, http::Respond refuse);
  // GET /ws/sandboxes/{id}/logs: what commands print. On the wire a sandbox stands in a task's place, its commands are attempts of step 0.
  void sandbox_logs(const http::Request& request, http::Accept accept, http::Respond refuse);

 private:
  struct Wanted {
    OrgId org;
    TaskId task;
    std::int64_t from = 0;
    std::string history;
    std::int16_t step = 0;
    std::string traceparent{};  // the client's own
    std::int64_t began = 0;     // by telemetry::trace_clock(); 0 where nobody listens
  };
  std::expected<OrgId, http::Problem> caller_of(const http::Request& request) const;
  std::expected<Wanted, http::Problem> read(const http::Request& request) const;
  void enqueue(http::Respond refuse, std::function<void(const http::Respond&)> job);
  void attach_stream(const Wanted& wanted, const http::Accept& accept, const http::Respond& refuse);
  void attach_log(const Wanted& wanted, const http::Accept& accept, const http::Respond& refuse);
  void attach_sandbox(const OrgId& org, const SandboxId& id, const http::Accept& accept, const http::Respond& refuse);

  Hub& hub_;
  store::Database& db_;
  runtime::WorkPool& pool_;
  const std::optional<config::TokenTable> tokens_;
};

}  // namespace argosy::fanout
