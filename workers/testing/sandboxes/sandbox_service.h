// Sandboxes for clients, beside the testing queue: the endpoint, the sandboxes, and a thread that keeps both known to the database and
// removes what nobody uses. One a process; nothing where ARGOSY_SANDBOX_LISTEN is empty.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "common/runtime/companion.h"
#include "workers/testing/sandboxes/boxes.h"
#include "workers/testing/sandboxes/endpoint.h"

namespace argosy::testing {

class SandboxService final : public runtime::Companion {
 public:
  static constexpr std::chrono::milliseconds kReportEvery{2'000};

  // Errors: sandbox_listen (B); file_unwritable (A), of the work folder.
  static Result<std::unique_ptr<Companion>> start(const TestingOptions& options, const Parts& parts);
  ~SandboxService() override;
  void stop() override;

 private:
  SandboxService(const Parts& parts, BoxesOptions options, Scratch scratch);
  void keep();
  void report(bool leaving);

  const Parts parts_;
  const std::string kind_;
  const std::size_t room_;
  Boxes boxes_;
  std::unique_ptr<Endpoint> endpoint_;
  runtime::PoolFigures::Watch watch_;
  telemetry::Gauge& gauge_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace argosy::testing
