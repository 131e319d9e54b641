#include "workers/fanout/attach.h"

#include <limits>

#include "common/core/text.h"
#include "common/store/queries.h"
#include "common/store/sandboxes.h"
#include "common/telemetry/tracing/tracing.h"
#include "workers/fanout/frames.h"
#include "workers/fanout/tracing/attach_span.h"

namespace argosy::fanout {
namespace {

constexpr int kFirstPage = 256;  // events that come with the attach's own read
constexpr int kRetryAfterSeconds = 1;

// Watching from the moment it is made; forgets the client unless its connection came up (a handshake may fail without a word).
class Watching {
 public:
  Watching(Hub& hub, Hub::ClientId id) : hub_(hub), id_(id) {}
  ~Watching() {
    if (!joined_) hub_.leave(id_);
  }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;
  Hub::ClientId id() const { return id_; }
  void joined() { joined_ = true; }

 private:
  Hub& hub_;
  const Hub::ClientId id_;
  bool joined_ = false;
};

http::Problem not_found() { return {.status = 404, .type = "task_not_found", .detail = "No task of your organisation has this id."}; }

http::Problem no_sandbox() {
  return {.status = 404, .type = "sandbox_not_found", .detail = "No sandbox of your organisation has this id."};
}

http::Problem bad_query(std::string name, std::string must_be) {
  return {.status = 400, .type = "parameter_invalid", .detail = "\"" + name + "\" must be " + must_be + "."};
}

http::Problem unavailable(const Error& error) {
  return {
      .status = 503, .type = "unavailable", .detail = error.message, .hint = "Try again in a moment.", .retry_after_s = kRetryAfterSeconds};
}

std::string query_of(const http::Request& request, const std::string& name) {
  const auto hit = request.query.find(name);
  return hit == request.query.end() ? std::string() : hit->second;
}

// A WebSocket is open to pages of any site: the browser only tells where the page came from. With tokens that does no harm, because a
// browser sends none by itself.
bool is_foreign_page(const http::Request& request) {
  const std::string origin = request.header("Origin");
  if (origin.empty()) return false;
  const std::size_t scheme = origin.find("://");
  return scheme == std::string::npos || origin.substr(scheme + 3) != request.header("Host");
}

}  // namespace

std::expected<OrgId, http::Problem> Attach::caller_of(const http::Request& request) const {
  if (tokens_) {
    const auto bearer = config::bearer_of(request.header("Authorization"));
    const auto caller = bearer ? tokens_->find(*bearer) : std::nullopt;
    if (!caller) {
      return std::unexpected(
          http::Problem{.status = 401, .type = "unauthorized", .detail = "Send Authorization: Bearer with a known token."});
    }
    return caller->org;
  }
  if (is_foreign_page(request)) {
    return std::unexpected(http::Problem{
        .status = 403, .type = "origin_not_allowed", .detail = "Without a tokens file only pages of this host may open a stream."});
  }
  return kDefaultOrg;
}

std::expected<Attach::Wanted, http::Problem> Attach::read(const http::Request& request) const {
  const auto org = caller_of(request);
  if (!org) return std::unexpected(org.error());
  Wanted wanted{
      .org = *org, .task = {}, .from = 0, .history = query_of(request, "history"), .step = 0, .traceparent = request.header("traceparent")};
  if (telemetry::tracing()) wanted.began = telemetry::trace_clock();
  const auto task = TaskId::parse(request.params.at("id"));
  if (!task) return std::unexpected(not_found());
  wanted.task = *task;
  if (const std::string from = query_of(request, "from"); !from.empty()) {
    const auto seq = text::to_int(from);
    if (!seq || *seq < 0) return std::unexpected(bad_query("from", "a whole number from 0"));
    wanted.from = *seq;
  }
  if (const std::string step = query_of(request, "step"); !step.empty()) {
    const auto ordinal = text::to_int(step);
    if (!ordinal || *ordinal < 0 || *ordinal > std::numeric_limits<std::int16_t>::max())
      return std::unexpected(bad_query("step", "the ordinal of a step"));
    wanted.step = static_cast<std::int16_t>(*ordinal);
  }
  return wanted;
}

void Attach::enqueue(http::Respond refuse, std::function<void(const http::Respond&)> job) {
  if (!pool_.post([job = std::move(job), refuse] { job(refuse); })) {
    refuse(http::problem_response(unavailable({Category::transient, "busy", "Too many clients connect at once.", ""})));
  }
}

void Attach::stream(const http::Request& request, http::Accept accept, http::Respond refuse) {
  auto wanted = read(request);
  if (!wanted) return refuse(http::problem_response(wanted.error()));
  enqueue(std::move(refuse),
          [this, wanted = std::move(*wanted), accept = std::move(accept)](const http::Respond& no) { attach_stream(wanted, accept, no); });
}

void Attach::logs(const http::Request& request, http::Accept accept, http::Respond refuse) {
  auto wanted = read(request);
  if (!wanted) return refuse(http::problem_response(wanted.error()));
  if (query_of(request, "step").empty()) return refuse(http::problem_response(bad_query("step", "the ordinal of a step")));
  enqueue(std::move(refuse),
          [this, wanted = std::move(*wanted), accept = std::move(accept)](const http::Respond& no) { attach_log(wanted, accept, no); });
}

void Attach::sandbox_logs(const http::Request& request, http::Accept accept, http::Respond refuse) {
  const auto org = caller_of(request);
  if (!org) return refuse(http::problem_response(org.error()));
  const auto id = SandboxId::parse(request.params.at("id"));
  if (!id) return refuse(http::problem_response(no_sandbox()));
  enqueue(std::move(refuse),
          [this, org = *org, id = *id, accept = std::move(accept)](const http::Respond& no) { attach_sandbox(org, id, accept, no); });
}

void Attach::attach_stream(const Wanted& wanted, const http::Accept& accept, const http::Respond& refuse) {
  // Watch first, then read: what happens in between comes to the hub.
  const auto watching = std::make_shared<Watching>(hub_, hub_.watch(wanted.task));
  const auto history = store::history_id(db_);
  if (!history) return refuse(http::problem_response(unavailable(history.error())));
  auto page = store::read_events(db_, wanted.org, wanted.task, wanted.from, kFirstPage);
  if (!page) return refuse(http::problem_response(unavailable(page.error())));
  if (!*page) return refuse(http::problem_response(not_found()));
  hub_.head_known(wanted.task, (*page)->head);

  std::vector<tasks::Event> first = std::move((*page)->events);
  const bool same_history = wanted.history.empty() || wanted.history == *history;
  const bool continuous = same_history && wanted.from <= (*page)->head && (first.empty() || first.front().seq == wanted.from + 1);
  const std::int64_t from = continuous ? wanted.from : 0;
  if (!continuous) first.clear();  // the repair thread reads from the beginning
  const Frame hello =
      hello_frame({.task = wanted.task, .head = (*page)->head, .from = from, .continuous = continuous, .history = *history});
  std::optional<telemetry::Span> span;
  if (wanted.began != 0)
    span = attach_span({.task = wanted.task,
                        .traceparent = (*page)->traceparent,
                        .from_client = wanted.traceparent,
                        .began = wanted.began,
                        .from = from,
                        .head = (*page)->head});
  accept([this, watching, hello, from, first = std::move(first), span = std::move(span)](std::shared_ptr<http::WebSocket> socket) {
    hub_.join(watching->id(), std::move(socket), hello, from, first, span);
    watching->joined();
    return http::WebSocketEvents{.on_text = {}, .on_close = [this, id = watching->id()] { hub_.leave(id); }};
  });
}

void Attach::attach_log(const Wanted& wanted, const http::Accept& accept, const http::Respond& refuse) {
  const auto watching = std::make_shared<Watching>(hub_, hub_.watch_log(wanted.task, wanted.step));
  const auto page = store::read_events(db_, wanted.org, wanted.task, 0, 1);
  if (!page) return refuse(http::problem_response(unavailable(page.error())));
  if (!*page) return refuse(http::problem_response(not_found()));
  accept([this, watching, hello = log_hello_frame(wanted.task, wanted.step)](std::shared_ptr<http::WebSocket> socket) {
    hub_.join_log(watching->id(), std::move(socket), hello);
    watching->joined();
    return http::WebSocketEvents{.on_text = {}, .on_close = [this, id = watching->id()] { hub_.leave(id); }};
  });
}

void Attach::attach_sandbox(const OrgId& org, const SandboxId& id, const http::Accept& accept, const http::Respond& refuse) {
  const auto watching = std::make_shared<Watching>(hub_, hub_.watch_log(TaskId{id.uuid}, 0));
  const auto box = store::get_sandbox(db_, org, id);
  if (!box) return refuse(http::problem_response(unavailable(box.error())));
  if (!*box) return refuse(http::problem_response(no_sandbox()));
  if ((*box)->removed_at != 0)
    return refuse(http::problem_response({.status = 410, .type = "sandbox_gone", .detail = "The sandbox was removed."}));
  accept([this, watching, hello = sandbox_hello_frame(id)](std::shared_ptr<http::WebSocket> socket) {
    hub_.join_log(watching->id(), std::move(socket), hello);
    watching->joined();
    return http::WebSocketEvents{.on_text = {}, .on_close = [this, id = watching->id()] { hub_.leave(id); }};
  });
}

}  // namespace argosy::fanout
