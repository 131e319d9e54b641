#include "workers/ingest/routes.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include "common/config/watching.h"
#include "common/telemetry/log.h"
#include "common/telemetry/reports/reports.h"
#include "workers/ingest/agents/agents.h"
#include "workers/ingest/dead/dead_letters.h"
#include "workers/ingest/edge/server_span.h"
#include "workers/ingest/openapi.h"
#include "workers/ingest/org_settings.h"
#include "workers/ingest/read/answer_cache.h"
#include "workers/ingest/read/artifacts.h"
#include "workers/ingest/read/calls.h"
#include "workers/ingest/read/logs.h"
#include "workers/ingest/read/plan.h"
#include "workers/ingest/read/tasks.h"
#include "workers/ingest/read/tests.h"
#include "workers/ingest/read/usage.h"
#include "workers/ingest/repositories.h"
#include "workers/ingest/sandboxes/sandboxes.h"
#include "workers/ingest/steer/steer.h"
#include "workers/ingest/submit/retry_task.h"
#include "workers/ingest/submit/submit_task.h"

namespace argosy::ingest {
namespace {

using Operation = void (*)(Service&, Call, http::Respond);
// Tried first, on the server's thread; never blocks. False: it did nothing, and the operation is to run on the pool.
using AtOnce = bool (*)(Service&, const Call&, const http::Respond&);

// An operation that answers when it returns.
template <http::Response (*kAnswer)(Service&, const Call&)>
void at_once(Service& service, Call call, http::Respond respond) {
  respond(kAnswer(service, call));
}

struct Route {
  std::string_view method, pattern;
  Right right;
  Operation operation;
  AtOnce at_once = nullptr;
  std::optional<std::chrono::milliseconds> patience{};  // how long an answer may take that waits for others' work
  bool artifacts = false;                               // reads bytes of artifacts
};
constexpr auto kRoutes = std::to_array<Route>({
    {"POST", "/api/v1/repositories", Right::write, at_once<put_repository>},
    {"GET", "/api/v1/repositories", Right::read, at_once<list_repositories>},
    {"GET", "/api/v1/repositories/{repository_id...}", Right::read, at_once<get_repository>},
    {"GET", "/api/v1/agents", Right::read, at_once<list_agents>},
    {"POST", "/api/v1/agents", Right::write, at_once<make_agent>},
    {"GET", "/api/v1/agents/{name}", Right::read, at_once<get_agent>},
    {"PUT", "/api/v1/agents/{name}", Right::write, at_once<change_agent>},
    {"DELETE", "/api/v1/agents/{name}", Right::write, at_once<remove_agent>},
    {"POST", "/api/v1/tasks", Right::write, submit_task, submit_at_once},
    {"GET", "/api/v1/tasks", Right::read, at_once<list_tasks>},
    {"GET", "/api/v1/tasks/{task_id}", Right::read, at_once<get_task>},
    {"POST", "/api/v1/tasks/{task_id}/cancel", Right::steer, at_once<cancel_task>},
    {"POST", "/api/v1/tasks/{task_id}/pause", Right::steer, at_once<pause_task>},
    {"POST", "/api/v1/tasks/{task_id}/resume", Right::steer, at_once<resume_task>},
    {"POST", "/api/v1/tasks/{task_id}/checkpoints/{checkpoint_id}", Right::write, at_once<answer_checkpoint>},
    {"POST", "/api/v1/tasks/{task_id}/constraints", Right::write, at_once<constrain_task>},
    {"POST", "/api/v1/tasks/{task_id}/rollback", Right::write, at_once<roll_back_task>},
    {"POST", "/api/v1/tasks/{task_id}/retry", Right::write, retry_task},
    {"GET", "/api/v1/tasks/{task_id}/plan", Right::read, at_once<get_plan>, nullptr, {}, true},
    {"PUT", "/api/v1/tasks/{task_id}/plan", Right::write, at_once<replace_plan>, nullptr, {}, true},
    {"GET", "/api/v1/tasks/{task_id}/events", Right::read, at_once<list_events>},
    {"GET", "/api/v1/tasks/{task_id}/logs", Right::read, at_once<read_logs>, nullptr, {}, true},
    {"GET", "/api/v1/tasks/{task_id}/tests", Right::read, at_once<list_tests>},
    {"GET", "/api/v1/tasks/{task_id}/calls", Right::read, at_once<list_calls>},
    {"GET", "/api/v1/tasks/{task_id}/artifacts", Right::read, at_once<list_artifacts>},
    {"GET", "/api/v1/tasks/{task_id}/artifacts/{sha256}", Right::read, at_once<get_artifact>, nullptr, {}, true},
    {"POST", "/api/v1/sandboxes", Right::write, at_once<make_sandbox>, nullptr, kMakePatience},
    {"GET", "/api/v1/sandboxes", Right::read, at_once<list_sandboxes>},
    {"GET", "/api/v1/sandboxes/{sandbox_id}", Right::read, at_once<get_sandbox>},
    {"POST", "/api/v1/sandboxes/{sandbox_id}/exec", Right::write, at_once<exec_in_sandbox>, nullptr, kExecPatience},
    {"DELETE", "/api/v1/sandboxes/{sandbox_id}", Right::write, at_once<remove_sandbox>, nullptr, kRemovePatience},
    {"GET", "/api/v1/usage", Right::read, at_once<read_usage>},
    {"GET", "/api/v1/settings", Right::read, at_once<read_settings>},
    {"POST", "/api/v1/settings", Right::write, at_once<change_settings>},
    {"GET", "/api/v1/cache", Right::read, at_once<read_answer_cache>},
    {"POST", "/api/v1/cache", Right::write, at_once<switch_answer_cache>},
    {"DELETE", "/api/v1/cache", Right::write, at_once<purge_answer_cache>},
    {"GET", "/api/v1/dead", Right::read, at_once<list_dead>},
    {"GET", "/api/v1/dead/{task_id}/{step}", Right::read, at_once<get_dead>},
    {"POST", "/api/v1/dead/redrive", Right::steer, at_once<redrive_dead>},
});

// With the objective for submits (300 ms) as a bound, so that what passed it is counted exactly.
const std::vector<double> kAnswerSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30};

// Counts a route's answers and the time they took. One a route, shared by its requests.
class Meter {
 public:
  Meter(telemetry::Metrics& metrics, const Route& route)
      : metrics_(metrics),
        name_(std::string(route.method) + " " + std::string(route.pattern)),
        seconds_(
            metrics.histogram("argosy_http_request_seconds", "Time from a request to its answer.", {{"route", name_}}, kAnswerSeconds)) {}

  http::Respond wrap(http::Respond respond) const {
    return [this, respond = std::move(respond), start = std::chrono::steady_clock::now()](http::Response response) {
      seconds_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      answers(response.status).add();
      respond(std::move(response));
    };
  }

 private:
  // Looking a counter up costs as much as reading a small request: each is looked up once.
  telemetry::Counter& answers(int status) const {
    auto& known = answers_.at(static_cast<std::size_t>(status));
    if (auto* counter = known.load(std::memory_order_acquire)) return *counter;
    auto& counter = metrics_.counter("argosy_http_requests_total", "Answers, by route and status.",
                                     {{"route", name_}, {"status", std::to_string(status)}});
    known.store(&counter, std::memory_order_release);
    return counter;
  }

  telemetry::Metrics& metrics_;
  const std::string name_;
  telemetry::Histogram& seconds_;
  mutable std::array<std::atomic<telemetry::Counter*>, 600> answers_{};  // by status
};

// A bug that throws is a 500 and a log line, not the end of the thread.
template <class Work>
void guarded(const Route& route, const telemetry::TraceContext& trace, const http::Respond& reply, Work work) {
  const telemetry::LogScope scope(trace.trace_id, "", "");
  try {
    work();
  } catch (const std::exception& thrown) {
    telemetry::log_error("an operation threw", {{"route", route.pattern}, {"what", thrown.what()}});
    telemetry::report({.error = {.code = "operation_exception", .message = thrown.what(), .hint = {}},
                       .where = fmt::format("{} {}", route.method, route.pattern),
                       .traceparent = trace.to_traceparent()});
    reply(respond(Refusal{.type = "internal", .detail = "A mistake of the server; its log says more."}));
  }
}

void run(const Route& route, Service& service, Call call, const http::Respond& reply) {
  const auto trace = call.trace;
  guarded(route, trace, reply, [&] { route.operation(service, std::move(call), reply); });
}

// True when the request was answered, or will be.
bool run_at_once(const Route& route, Service& service, const Call& call, const http::Respond& reply) {
  bool done = true;  // a bug's answer too
  if (route.at_once == nullptr) return false;
  guarded(route, call.trace, reply, [&] { done = route.at_once(service, call, reply); });
  return done;
}

http::Response problem_type_page(const std::string& name) {
  const ProblemType* type = find_problem_type(name);
  if (type == nullptr) return respond(Refusal{.type = "not_found", .detail = "There is no such type of problem."});
  return http::json_response(
      200, json::Object{
               {"type", "/problems/" + name}, {"title", http::problem_title(name)}, {"status", type->status}, {"meaning", type->meaning}});
}

}  // namespace

void add_routes(http::Server& server, const Access& access, Pools pools, Service& service, telemetry::Metrics& metrics) {
  const double share = config::parse_share(service.settings.trace_sample).value_or(0);
  for (const Route& route : kRoutes) {
    const auto meter = std::make_shared<const Meter>(metrics, route);
    auto& pool = route.patience ? pools.patient : route.artifacts ? pools.artifacts : pools.usual;
    auto handler = [&, meter, share](http::Request request, http::Respond unmeasured) {
      auto span = server_span(request, share);
      const http::Respond reply = meter->wrap(traced(span, route.pattern, request, std::move(unmeasured)));
      auto caller = access.admit(request, route.right);
      if (!caller) return reply(respond(caller.error()));
      Call call{.request = std::move(request), .caller = std::move(*caller), .trace = std::move(span.trace)};
      if (run_at_once(route, service, call, reply)) return;
      const bool taken =
          pool.post([&route, &service, call = std::move(call), reply]() mutable { run(route, service, std::move(call), reply); });
      if (!taken) reply(respond(Refusal{.type = "overloaded", .detail = "More requests wait than the server queues."}));
    };
    server.route(route.method, route.pattern, std::move(handler), route.patience);
  }
  server.route("GET", "/openapi.json", [](http::Request, http::Respond reply) {
    reply({.headers = {{"Content-Type", "application/json"}}, .body = std::string(openapi_json())});
  });
  server.route("GET", "/problems/{type}",
               [](http::Request request, http::Respond reply) { reply(problem_type_page(request.params.at("type"))); });
}

}  // namespace argosy::ingest
