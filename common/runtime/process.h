// What every process of the product has: logs, traces, metrics, health over HTTP on the admin port (or on its own server), signals. One a
// process, made first in main. Thread-safe after construction.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/config/settings.h"
#include "common/http/server.h"
#include "common/runtime/metrics/pool_figures.h"
#include "common/runtime/metrics/process_figures.h"
#include "common/telemetry/health.h"
#include "common/telemetry/metrics.h"
#include "common/telemetry/reports/reporter.h"
#include "common/telemetry/tracing/exporter.h"

namespace argosy::runtime {

class WorkPool;

class Process {
 public:
  // `service`: "ingest", "planning", ... Sets up logging, blocks SIGTERM and SIGINT for all later threads, ignores SIGPIPE.
  Process(const config::Settings& settings, std::string service);
  ~Process();

  telemetry::Metrics& metrics() { return metrics_; }
  telemetry::Health& health() { return health_; }
  PoolFigures& pools() { return pools_; }
  const std::string& service() const { return service_; }

  // Adds GET /metrics, /healthz, /readyz to a server that the process has anyway.
  void add_admin_routes(http::Server& server);
  // Or serves them on a port of its own (settings.admin_port), and logs "listening" with it.
  Result<void> serve_admin();

  // Blocks until SIGTERM or SIGINT, or until stop() is called. Main thread.
  void wait_for_stop();
  // The same for at most `timeout`; true when the process is to stop.
  bool wait_for_stop(std::chrono::milliseconds timeout);
  // For the other threads' loops: sleeps so long, or until the process is to stop; then true.
  bool pause(std::chrono::milliseconds time) const;
  void stop();
  // Traces and reports of errors that still wait are sent, for a few seconds at most; what comes later is dropped. For who ends a process
  // without its destructor.
  void send_last_words();
  bool stopping() const { return stopping_; }

 private:
  void look_at_checks(WorkPool& pool);

  std::string service_;
  const config::Settings& settings_;
  telemetry::Metrics metrics_;
  telemetry::Health health_;
  ProcessFigures figures_;
  PoolFigures pools_;
  std::mutex figures_mutex_;
  std::atomic<std::int64_t> checking_since_ = 0;       // boot time in ns; 0: nobody asks the checks
  std::shared_ptr<telemetry::ErrorReporter> reports_;  // null: nobody is told of errors
  std::shared_ptr<telemetry::SpanExporter> spans_;     // null: nobody is told of traces
  std::atomic<bool> stopping_ = false;
  int wake_fd_ = -1;
  std::unique_ptr<http::Server> admin_;
};

}  // namespace argosy::runtime
