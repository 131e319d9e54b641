#include "workers/notifications/notifications_handler.h"

#include <fmt/format.h>

#include "common/core/failpoint.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/http/client.h"
#include "common/http/url.h"
#include "common/telemetry/log.h"
#include "common/telemetry/tracing/tracing.h"

namespace argosy::notifications {
namespace {

constexpr std::string_view kAgent = "notifications";
constexpr std::size_t kMaxAnswerBytes = 64 << 10;  // of an answer that nobody reads

// The host alone: a webhook's path and query often are its password.
std::string host_of(const std::string& url) {
  const auto parsed = http::parse_url(url);
  return parsed ? parsed->host : "?";
}

Result<std::string> target_url(const runtime::Step& step, const tasks::NotifyPayload& payload) {
  const auto& webhooks = step.task.webhooks;
  if (payload.target < 0 || payload.target >= static_cast<std::int64_t>(webhooks.size()))
    return fail_user("webhook_unknown", fmt::format("the task has no webhook number {}", payload.target));
  return webhooks[static_cast<std::size_t>(payload.target)];
}

void describe(telemetry::OpenSpan& span, const std::string& url, const std::string& delivery_id, const Result<http::Response>& response) {
  span.set("http.request.method", "POST");
  if (const auto parsed = http::parse_url(url)) {
    span.set("server.address", parsed->host);
    span.set("server.port", text::to_int(parsed->port).value_or(0));
    span.set("url.full", fmt::format("{}://{}:{}/REDACTED", parsed->scheme, parsed->host, parsed->port));
  }
  span.set("argosy.webhook.delivery_id", delivery_id);
  if (response) span.set("http.response.status_code", static_cast<std::int64_t>(response->status));
  if (response && response->status < 400) return;
  span.set("error.type", response ? std::to_string(response->status) : response.error().code);
  span.fail(response ? "" : to_string(response.error()));
}

}  // namespace

Result<http::Response> NotificationsHandler::send(const std::string& url, const std::string& delivery_id, const std::string& body,
                                                  UnixMillis now) const {
  if (options_.secret.empty())
    return fail_user("webhook_secret_missing", "no secret is configured to sign webhooks with",
                     "set ARGOSY_WEBHOOK_SECRET_FILE on the notifications workers");
  ARGOSY_TRY(const auto key, signing_key(options_.secret));
  ARGOSY_TRY_VOID(http::check_webhook_url(url, options_.allow_loopback));
  telemetry::OpenSpan span("POST", telemetry::SpanKind::client);
  auto headers = signed_headers(key, delivery_id, now, body);
  if (span) headers["traceparent"] = span.traceparent();
  auto response = http::fetch({.method = "POST",
                               .url = url,
                               .headers = std::move(headers),
                               .body = body,
                               .timeout = options_.timeout,
                               .max_response_bytes = kMaxAnswerBytes,
                               .refuse_private_addresses = true,
                               .allow_loopback = options_.allow_loopback});
  if (span) describe(span, url, delivery_id, response);
  return response;
}

Result<runtime::StepResult> NotificationsHandler::run(const runtime::Step& step, runtime::StepContext& context) {
  ARGOSY_TRY(const auto payload, tasks::notify_payload_from(step.payload));
  ARGOSY_TRY(const auto url, target_url(step, payload));
  ARGOSY_TRY(const auto task, options_.look_up(step.org, step.ref.task));
  if (!task) return fail_user("task_not_found", "the task to tell about is gone");
  if (!tasks::is_final(task->status))
    return fail_transient("task_not_ended", fmt::format("the task is still {}", tasks::to_string(task->status)));

  if (ARGOSY_FAILPOINT("notify.before")) return fail_transient("failpoint", "notify.before");
  const auto now = context.clock().unix_ms();
  const auto response = send(url, payload.delivery_id, notifications::payload(*task), now);
  const auto error = response ? verdict(*response, now) : std::optional(response.error());
  if (ARGOSY_FAILPOINT("notify.after")) return fail_transient("failpoint", "notify.after");

  const Delivery delivery{.task = step.ref.task,
                          .step = step.ref.ordinal,
                          .attempt = step.attempt,
                          .id = payload.delivery_id,
                          .status = response ? response->status : 0,
                          .error = error ? to_string(*error) : ""};
  // The receiver has it (or not) whatever becomes of our note: a lost note must not send it twice.
  if (const auto recorded = options_.record(delivery); !recorded)
    telemetry::log_warning("a webhook delivery was not recorded",
                           {{"error", to_string(recorded.error())}, {"delivery_id", payload.delivery_id}});
  context.log(fmt::format("{}: {}\n", host_of(url), error ? to_string(*error) : fmt::format("taken with {}", delivery.status)));
  if (error) return std::unexpected(*error);
  context.emit(tasks::agent_thought(kAgent, fmt::format("Told {} that the task {}", host_of(url), tasks::to_string(task->status)), now));
  return runtime::StepResult{.output = json::dump(json::Object{{"delivery_id", payload.delivery_id}, {"status", delivery.status}})};
}

std::optional<std::string> NotificationsHandler::problem() {
  if (options_.secret.empty()) return std::nullopt;
  const auto key = signing_key(options_.secret);
  if (key) return std::nullopt;
  return to_string(key.error());
}

}  // namespace argosy::notifications
