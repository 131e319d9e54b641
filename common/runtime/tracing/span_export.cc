#include "common/runtime/tracing/span_export.h"

#include <fmt/format.h>

#include "common/config/watching.h"
#include "common/core/ids.h"
#include "common/http/client.h"
#include "common/telemetry/tracing/otlp.h"

namespace argosy::runtime {
namespace {

using telemetry::Sent;

constexpr std::chrono::milliseconds kSendTimeout{10'000};
constexpr std::size_t kMaxAnswerBytes = 64u << 10;

// OTLP's own list of what may be sent again as it is.
bool may_come_later(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }

Sent sent(const Result<http::Response>& answer) {
  if (!answer)
    return {.how = answer.error().category == Category::transient ? Sent::How::later : Sent::How::refused,
            .why = to_string(answer.error())};
  if (answer->status >= 200 && answer->status < 300) return {.rejected = telemetry::rejected_spans(answer->body)};
  return {.how = may_come_later(answer->status) ? Sent::How::later : Sent::How::refused,
          .why = fmt::format("it answered {}", answer->status)};
}

}  // namespace

std::shared_ptr<telemetry::SpanExporter> open_span_export(const config::Settings& settings, const std::string& service,
                                                          telemetry::Metrics& metrics) {
  if (settings.otlp_endpoint.empty()) return nullptr;
  std::string url = settings.otlp_endpoint;
  while (url.ends_with('/')) url.pop_back();
  url += "/v1/traces";
  http::Headers headers{{"Content-Type", "application/x-protobuf"}, {"User-Agent", fmt::format("argosy/{}", config::version())}};
  for (const auto& [name, value] : config::parse_headers(settings.otlp_headers).value_or(std::map<std::string, std::string>{}))
    headers[name] = value;
  auto send = [url, headers](const std::string& body, const std::function<bool()>& give_up) {
    return sent(http::fetch({.method = "POST",
                             .url = url,
                             .headers = headers,
                             .body = body,
                             .timeout = kSendTimeout,
                             .max_response_bytes = kMaxAnswerBytes,
                             .cancelled = give_up}));
  };
  telemetry::ExportOptions options;
  options.resource = {{"service.name", "argosy-" + service},
                      {"service.namespace", std::string("argosy")},
                      {"service.version", std::string(config::version())},
                      {"service.instance.id", Uuid::v4().to_string()},
                      {"deployment.environment.name", settings.environment}};
  auto exporter = std::make_shared<telemetry::SpanExporter>(std::move(options), std::move(send), metrics);
  telemetry::trace_to(exporter);
  return exporter;
}

}  // namespace argosy::runtime
