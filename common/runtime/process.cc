#include "common/runtime/process.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstring>

#include "common/core/clock.h"
#include "common/core/redact.h"
#include "common/runtime/reports/error_reports.h"
#include "common/runtime/tracing/span_export.h"
#include "common/runtime/work_pool.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {
namespace {

constexpr std::chrono::seconds kCheckWithin{5};  // readiness checks that take longer are said to hang
constexpr std::size_t kMaxReadinessQueue = 64;   // questions for readiness that wait for a check

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

telemetry::Severity severity_of(std::string_view level) {
  if (level == "debug") return telemetry::Severity::debug;
  if (level == "warning") return telemetry::Severity::warning;
  return level == "error" ? telemetry::Severity::error : telemetry::Severity::info;
}

http::Response text_response(std::string body, std::string_view type) {
  http::Response response;
  response.headers["Content-Type"] = type;
  response.body = std::move(body);
  return response;
}

}  // namespace

Process::Process(const config::Settings& settings, std::string service)
    : service_(std::move(service)), settings_(settings), figures_(metrics_, settings.work_dir), pools_(metrics_) {
  const bool json = settings.log_format == "json" || (settings.log_format != "text" && isatty(STDERR_FILENO) == 0);
  telemetry::init_logging({.service = service_, .least = severity_of(settings.log_level), .json = json});
  signal(SIGPIPE, SIG_IGN);
  const auto set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  // The first thing that others see of an end: whoever spreads work stops naming this process while it still finishes what it has.
  health_.add("process",
              [this]() -> std::optional<std::string> { return stopping_ ? std::optional<std::string>("it is stopping") : std::nullopt; });
  spans_ = open_span_export(settings, service_, metrics_);
  reports_ = open_error_reports(settings, service_, metrics_);
}

Process::~Process() {
  if (admin_) admin_->stop();
  close(wake_fd_);
  send_last_words();
}

void Process::send_last_words() {
  if (reports_) {
    telemetry::report_to(nullptr);
    reports_->stop(kFlushReports);
  }
  if (spans_) {
    telemetry::trace_to(nullptr);
    spans_->stop(kFlushSpans);
  }
}

void Process::add_admin_routes(http::Server& server) {
  server.route("GET", "/healthz",
               [](http::Request, http::Respond respond) { respond(text_response(R"({"alive":true})", "application/json")); });
  // A check may hang with what it checks: not on the server's thread. The pool goes with the server, before what the checks look at.
  const auto pool = std::make_shared<WorkPool>(1, kMaxReadinessQueue);
  server.route("GET", "/metrics", [this, pool](http::Request, http::Respond respond) {
    look_at_checks(*pool);
    {
      const std::lock_guard lock(figures_mutex_);
      figures_.measure();
      pools_.measure();
    }
    respond(text_response(metrics_.render(), "text/plain; version=0.0.4; charset=utf-8"));
  });
  server.route("GET", "/readyz", [this, pool](http::Request, http::Respond respond) {
    const bool taken = pool->post([this, respond] {
      auto report = health_.readiness();
      auto response = text_response(redact(report.json), "application/json");
      response.status = report.ready ? 200 : 503;
      respond(std::move(response));
    });
    if (taken) return;
    auto response = text_response(R"({"ready":false,"checks":{"readiness":"a check does not come back"}})", "application/json");
    response.status = 503;
    respond(std::move(response));
  });
}

// What the checks say is in the next answer: the one that is being made waits for nobody.
void Process::look_at_checks(WorkPool& pool) {
  const std::int64_t now = system_clock().boot_time().count();
  std::int64_t since = 0;
  if (!checking_since_.compare_exchange_strong(since, now)) {
    if (now - since < std::chrono::nanoseconds(kCheckWithin).count()) return;
    const std::lock_guard lock(figures_mutex_);
    return figures_.checks_hang();
  }
  const bool taken = pool.post([this] {
    const auto report = health_.readiness();
    const std::lock_guard lock(figures_mutex_);
    figures_.checked(report.json);
    checking_since_ = 0;
  });
  if (!taken) checking_since_ = 0;
}

Result<void> Process::serve_admin() {
  http::ServerOptions options;
  options.address = settings_.listen;
  options.port = static_cast<std::uint16_t>(settings_.admin_port);
  options.threads = 1;
  options.max_connections = 64;
  auto server = std::make_unique<http::Server>(options);
  add_admin_routes(*server);
  ARGOSY_TRY_VOID(server->start());
  telemetry::log_info("listening", {{"address", settings_.listen}, {"port", std::to_string(server->port())}, {"for", "admin"}});
  admin_ = std::move(server);
  return {};
}

void Process::wait_for_stop() {
  while (!wait_for_stop(std::chrono::hours(24))) {
  }
}

bool Process::wait_for_stop(std::chrono::milliseconds timeout) {
  if (stopping_) return true;
  const auto set = stop_signals();
  const int signals = signalfd(-1, &set, SFD_CLOEXEC);
  pollfd watched[2] = {{.fd = signals, .events = POLLIN, .revents = 0}, {.fd = wake_fd_, .events = POLLIN, .revents = 0}};
  ::poll(watched, 2, static_cast<int>(timeout.count()));
  signalfd_siginfo info{};
  if ((watched[0].revents & POLLIN) != 0 && read(signals, &info, sizeof info) == sizeof info) {
    telemetry::log_info("stopping", {{"signal", strsignal(static_cast<int>(info.ssi_signo))}});
    stop();
    // Whoever presses Ctrl-C twice does not want to wait for the drain.
    sigset_t again;
    sigemptyset(&again);
    sigaddset(&again, SIGINT);
    pthread_sigmask(SIG_UNBLOCK, &again, nullptr);
  }
  close(signals);
  return stopping_;
}

bool Process::pause(std::chrono::milliseconds time) const {
  pollfd watched{.fd = wake_fd_, .events = POLLIN, .revents = 0};  // never read, so that it wakes every thread
  if (!stopping_) ::poll(&watched, 1, static_cast<int>(time.count()));
  return stopping_;
}

void Process::stop() {
  stopping_ = true;
  const std::uint64_t one = 1;
  (void)!write(wake_fd_, &one, sizeof one);
}

}  // namespace argosy::runtime
