#include "common/runtime/reports/error_reports.h"

#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <mutex>

#include "common/config/watching.h"
#include "common/http/client.h"
#include "common/runtime/connect.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {
namespace {

constexpr std::chrono::milliseconds kSendTimeout{10'000};
constexpr std::size_t kMaxAnswerBytes = 64u << 10;

std::string what_is_thrown() {
  const auto thrown = std::current_exception();
  if (!thrown) return "terminate was called without an exception";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& what) {
    return what.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

// Weak: a process that has ended in order has nothing to report.
std::weak_ptr<telemetry::ErrorReporter>& last_reporter() {
  static std::weak_ptr<telemetry::ErrorReporter> reporter;
  return reporter;
}

[[noreturn]] void say_last_words() {
  static std::once_flag once;  // of several threads that fall at the same time
  std::call_once(once, [] {
    const auto what = what_is_thrown();
    telemetry::log_error("the process ends: nobody caught an exception", {{"what", what}});
    telemetry::report({.error = {.code = "uncaught_exception", .message = what, .hint = {}}, .where = "process"});
    if (const auto reporter = last_reporter().lock()) reporter->stop(kFlushReports);
  });
  std::abort();
}

}  // namespace

std::shared_ptr<telemetry::ErrorReporter> open_error_reports(const config::Settings& settings, const std::string& service,
                                                             telemetry::Metrics& metrics) {
  const auto dsn = config::parse_dsn(settings.sentry_dsn);
  if (!dsn) return nullptr;
  const auto client = fmt::format("argosy/{}", config::version());
  const http::Headers headers{{"Content-Type", "application/x-sentry-envelope"},
                              {"User-Agent", client},
                              {"X-Sentry-Auth", fmt::format("Sentry sentry_version=7, sentry_client={}, sentry_key={}", client, dsn->key)}};
  auto send = [url = dsn->envelope_url, headers](const std::string& envelope, const std::function<bool()>& give_up) {
    const auto answer = http::fetch({.method = "POST",
                                     .url = url,
                                     .headers = headers,
                                     .body = envelope,
                                     .timeout = kSendTimeout,
                                     .max_response_bytes = kMaxAnswerBytes,
                                     .cancelled = give_up});
    const bool taken = answer && answer->status >= 200 && answer->status < 300;
    if (!taken)
      telemetry::log_warning("an error was not reported",
                             {{"why", answer ? fmt::format("it answered {}", answer->status) : to_string(answer.error())}});
    return taken;
  };
  const telemetry::Reporter who{.service = "argosy-" + service,
                                .release = fmt::format("argosy@{}", config::version()),
                                .environment = settings.environment,
                                .host = host_name()};
  auto reporter = std::make_shared<telemetry::ErrorReporter>(who, std::move(send), metrics);
  telemetry::report_to(reporter);
  last_reporter() = reporter;
  std::set_terminate(say_last_words);
  return reporter;
}

}  // namespace argosy::runtime
