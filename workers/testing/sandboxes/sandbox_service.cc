#include "workers/testing/sandboxes/sandbox_service.h"

#include "common/core/thread_name.h"
#include "common/store/sandboxes.h"
#include "common/telemetry/log.h"

namespace argosy::testing {

Result<std::unique_ptr<runtime::Companion>> SandboxService::start(const TestingOptions& options, const Parts& parts) {
  const auto& settings = parts.settings;
  if (settings.sandbox_listen.empty()) return nullptr;
  ARGOSY_TRY(auto scratch, Scratch::open(options.git.work_dir));
  BoxesOptions boxes{.testing = options,
                     .idle = settings.sandbox_idle,
                     .room = static_cast<std::size_t>(settings.max_sandboxes),
                     .max_log_bytes = static_cast<std::size_t>(settings.max_log_bytes)};
  std::unique_ptr<SandboxService> service(new SandboxService(parts, std::move(boxes), std::move(scratch)));
  ARGOSY_TRY(service->endpoint_, Endpoint::open(settings.sandbox_listen, service->boxes_, static_cast<int>(settings.max_sandboxes)));
  service->watch_ = parts.process.pools().watch("sandboxes", service->endpoint_->pool());
  service->thread_ = std::thread([service = service.get()] { service->keep(); });
  return service;
}

SandboxService::SandboxService(const Parts& parts, BoxesOptions options, Scratch scratch)
    : parts_(parts),
      kind_(sandbox::to_string(options.testing.sandbox)),
      room_(options.room),
      boxes_(std::move(options), std::move(scratch), system_clock(),
             [&announcer = parts.announcer](const tasks::LogChunk& chunk) {
               announcer.tell_ephemeral(broker::EventMessage(chunk), chunk.task, {});
             }),
      gauge_(parts.process.metrics().gauge("argosy_sandboxes", "Sandboxes that are kept for clients.")) {}

SandboxService::~SandboxService() { stop(); }

void SandboxService::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  changed_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  boxes_.stop();
  watch_ = {};  // the pool goes with the endpoint's stop
  endpoint_->stop();
  report(/*leaving=*/true);
}

void SandboxService::keep() {
  name_this_thread("sandboxes");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    boxes_.remove_idle();
    report(/*leaving=*/false);
    lock.lock();
    changed_.wait_for(lock, kReportEvery, [this] { return stopping_; });
  }
}

void SandboxService::report(bool leaving) {
  const auto census = boxes_.census();
  gauge_.set(static_cast<double>(census.held.size()));
  store::SandboxReport report{
      .worker = parts_.worker, .kind = kind_, .room = static_cast<int>(room_), .held = census.held, .gone = census.gone};
  if (!leaving) report.keeper = {.address = endpoint_->address(), .key = endpoint_->key()};
  const auto foreign = store::keep_sandboxes(parts_.db, report);
  if (!foreign) return telemetry::log_warning("the sandboxes were not reported", {{"error", to_string(foreign.error())}});
  boxes_.told(census.gone);
  for (const auto& id : *foreign) boxes_.remove(id);
}

}  // namespace argosy::testing
