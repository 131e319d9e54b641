#include "workers/ingest/ingest.h"

#include <array>

#include "common/runtime/announcer.h"
#include "common/runtime/artifacts/bucket.h"
#include "common/runtime/connect.h"
#include "common/runtime/tracing/step_trace.h"
#include "common/store/moves.h"
#include "common/telemetry/log.h"
#include "workers/ingest/routes.h"

namespace argosy::ingest {
namespace {

constexpr int kPoolThreads = 8;              // each holds a connection while it reads
constexpr std::size_t kMaxPoolQueue = 2048;  // requests that wait for one of them
// The same for requests that wait for a command in a sandbox to end: a thread each, most of the time asleep.
constexpr int kPatientThreads = 32;
constexpr std::size_t kMaxPatientQueue = 256;
// And for those that read artifacts. A bucket that hangs holds these and no others, one try each: who asks for an artifact can ask again.
constexpr int kArtifactThreads = 8;
constexpr std::size_t kMaxArtifactQueue = 256;
constexpr runtime::BucketPatience kBucketPatience{.tries = 1, .timeout = std::chrono::seconds(10)};

store::DatabaseOptions database_options(const config::Settings& settings) {
  auto options = runtime::database_options(settings, "argosy-ingest", kPoolThreads + 1);
  options.read_placed = runtime::read_placed(settings, kBucketPatience);
  return options;
}

http::ServerOptions server_options(const config::Settings& settings) {
  http::ServerOptions out;
  out.address = settings.listen;
  out.port = static_cast<std::uint16_t>(settings.api_port);
  out.max_header_bytes = static_cast<std::size_t>(settings.max_header_bytes);
  out.max_body_bytes = static_cast<std::size_t>(settings.max_body_bytes);
  out.max_connections = static_cast<std::size_t>(settings.max_connections);
  out.header_timeout = settings.header_timeout;
  out.body_timeout = settings.body_timeout;
  out.idle_timeout = settings.idle_timeout;
  out.answer_timeout = settings.answer_timeout;
  out.on_error = [](std::string_view what) { telemetry::log_error("http", {{"what", what}}); };
  return out;
}

class Running final : public Ingest {
 public:
  Running(const config::Settings& settings, runtime::Process& process, Access access, std::unique_ptr<runtime::Announcer> announcer)
      : access_(std::move(access)),
        db_(std::make_shared<store::Database>(database_options(settings))),
        announcer_(std::move(announcer)),
        tell_([this](const auto& ready, const auto& events) { announcer_->tell(ready, events); }),
        submitter_([this](const auto& tasks) { return submit(tasks); }, tell_),
        service_{.settings = settings,
                 .db = *db_,
                 .submitter = submitter_,
                 .lookups = lookups_,
                 .tell = tell_,
                 .clock = system_clock(),
                 .stopping = [&process] { return process.stopping(); }},
        pool_(kPoolThreads, kMaxPoolQueue),
        patient_pool_(kPatientThreads, kMaxPatientQueue),
        artifact_pool_(kArtifactThreads, kMaxArtifactQueue),
        pools_{process.pools().watch("postgres", *db_), process.pools().watch("requests", pool_),
               process.pools().watch("sandboxes", patient_pool_), process.pools().watch("artifacts", artifact_pool_)},
        server_(server_options(settings)) {
    announcer_->hint_with(runtime::hint_sender(settings, db_, process));
    process.health().add("postgres", [db = db_] { return db->problem(); });
    process.add_admin_routes(server_);
    add_routes(server_, access_, {pool_, patient_pool_, artifact_pool_}, service_, process.metrics());
  }

  Result<void> listen() { return server_.start(); }
  std::uint16_t port() const override { return server_.port(); }

 private:
  // Each task that is traced is told of the call that all of them share.
  Result<std::vector<store::Submitted>> submit(const std::vector<store::NewTask>& tasks) {
    const auto began = telemetry::tracing() ? telemetry::trace_clock() : 0;
    auto submitted = store::submit(*db_, tasks);
    if (began == 0) return submitted;
    for (const auto& task : tasks)
      if (const auto request = telemetry::traced(task.traceparent))
        runtime::trace_move(*request, "submit", began, tasks.size(), submitted ? nullptr : &submitted.error());
    return submitted;
  }

  // In the order of use: the server ends first, then the pool, then the submitter commits what waits.
  Access access_;
  std::shared_ptr<store::Database> db_;  // the readiness check holds it too
  std::unique_ptr<runtime::Announcer> announcer_;
  Submitter::Tell tell_;
  Submitter submitter_;
  Lookups lookups_;
  Service service_;
  runtime::WorkPool pool_, patient_pool_, artifact_pool_;
  const std::array<runtime::PoolFigures::Watch, 4> pools_;
  http::Server server_;
};

}  // namespace

Result<std::unique_ptr<Ingest>> Ingest::start(const config::Settings& settings, runtime::Process& process) {
  ARGOSY_TRY(Access access, Access::create(settings));
  ARGOSY_TRY(auto announcer, runtime::Announcer::create(settings, process));
  auto out = std::make_unique<Running>(settings, process, std::move(access), std::move(announcer));
  ARGOSY_TRY_VOID(out->listen());
  telemetry::log_info("listening", {{"address", settings.listen}, {"port", std::to_string(out->port())}});
  return out;
}

int run(const config::Settings& settings, runtime::Process& process) {
  const auto ingest = Ingest::start(settings, process);
  if (!ingest) {
    telemetry::log_error("cannot start", {{"error", to_string(ingest.error())}});
    return 1;
  }
  process.wait_for_stop();
  return 0;
}

}  // namespace argosy::ingest
