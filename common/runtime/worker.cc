#include "common/runtime/worker.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>

#include "common/core/random/uniform.h"
#include "common/runtime/blob_artifacts.h"
#include "common/runtime/connect.h"
#include "common/runtime/drain.h"
#include "common/runtime/kube/cost_teller.h"
#include "common/runtime/loop/claimer.h"
#include "common/runtime/loop/finisher.h"
#include "common/runtime/loop/renewer.h"
#include "common/runtime/step/handler_probe.h"
#include "common/runtime/step/plan_constraints.h"
#include "common/runtime/step/policy.h"
#include "common/runtime/step/step_runner.h"
#include "common/runtime/tear_down.h"
#include "common/store/queries.h"
#include "common/store/steering.h"
#include "common/store/test_results.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {
namespace {

constexpr std::chrono::milliseconds kFirstRenewalEvery{250};
constexpr std::chrono::milliseconds kTearDown{5'000};  // of what is left when the work is done and all is said
constexpr std::chrono::milliseconds kFlush{1'000};
constexpr int kOwnConnections = 3;      // claims, finishes, and what is offered beside them
constexpr int kMaxSlotConnections = 4;  // slots share them for artifacts

// The parts of a worker, in the order in which they need each other; they end in the reverse one.
class Worker {
 public:
  Worker(const config::Settings& settings, Process& process, const WorkerOptions& options, Handler& handler,
         std::unique_ptr<Announcer> announcer, std::shared_ptr<std::atomic<bool>> working)
      : settings_(settings),
        process_(process),
        options_(options),
        service_("argosy-" + std::string(tasks::to_string(options.queue))),
        slot_count_(static_cast<std::size_t>(settings.slots > 0 ? settings.slots : options.default_slots)),
        waiting_count_(options.steps_wait ? static_cast<std::size_t>(settings.waiting_steps) : 0),
        probe_(std::make_shared<HandlerProbe>(handler)),
        db_(std::make_shared<store::Database>(
            database_options(settings, service_, kOwnConnections + std::min(static_cast<int>(slot_count_), kMaxSlotConnections)))),
        renew_db_(renewal_database_options(settings, service_ + "-renewal")),
        pools_{process.pools().watch("postgres", *db_), process.pools().watch("postgres_renewal", renew_db_)},
        announcer_(std::move(announcer)),
        working_(std::move(working)),
        artifacts_(blob_artifacts(db_, settings)),
        metrics_(process.metrics(), options.queue),
        lease_(system_clock(), settings.lease),
        watch_(system_clock()),
        claim_loop_(watch_.add("claim")),
        finish_loop_(watch_.add("finish")),
        handler_(handler) {
    process.health().add("postgres", [db = db_] { return db->problem(); });
    process.health().add("handler", [probe = probe_] { return probe->problem(); });
    metrics_.slots.set(static_cast<double>(slot_count_ + waiting_count_));
  }

  int run() {
    if (!await_services()) return EXIT_SUCCESS;  // told to stop before it began
    if (const auto opened = open_consumer(); !opened) {
      telemetry::log_error("cannot consume", {{"error", to_string(opened.error())}});
      return EXIT_FAILURE;
    }
    if (const auto opened = open_hints(); !opened) {
      telemetry::log_error("cannot listen", {{"error", to_string(opened.error())}});
      return EXIT_FAILURE;
    }
    if (!join()) return EXIT_SUCCESS;
    announcer_->hint_with(hint_sender(settings_, db_, process_, listener()));
    if (const auto made = make_companion(); !made) {
      telemetry::log_error("cannot listen", {{"error", to_string(made.error())}});
      leave();
      return EXIT_FAILURE;
    }
    start();
    *working_ = true;
    if (auto pod = OwnPod::find(config::process_environment(), options_.pod_account)) cost_.emplace(std::move(*pod), in_flight_);
    telemetry::log_info(
        "working", {{"queue", tasks::to_string(options_.queue)}, {"slots", std::to_string(slot_count_)}, {"worker", worker_.to_string()}});
    process_.wait_for_stop();
    end();
    return 0;
  }

 private:
  // Postgres, topics and the handler's own needs: nothing is claimed before all are there.
  bool await_services() {
    if (!await_database(process_, *db_) || !await_topics(process_, kafka_options(settings_, service_), topics(settings_))) return false;
    for (auto problem = probe_->problem(); problem; problem = probe_->problem()) {
      telemetry::log_warning("waiting", {{"for", "what the handler needs"}, {"problem", *problem}});
      if (process_.wait_for_stop(HandlerProbe::kEvery)) return false;
    }
    return true;
  }

  Result<void> open_consumer() {
    ARGOSY_TRY(consumer_, broker::DispatchConsumer::create(kafka_options(settings_, service_, options_.kafka_properties), options_.queue));
    process_.health().add("consumer", [consumer = std::weak_ptr(consumer_)]() -> std::optional<std::string> {
      const auto alive = consumer.lock();
      return alive ? alive->problem() : "the process is stopping";
    });
    return {};
  }

  Result<void> open_hints() {
    if (settings_.hint_listen.empty()) return {};
    ARGOSY_TRY(hints_, HintReceiver::open(settings_.hint_listen, process_.metrics()));
    consumer_->watch(hints_->fd());
    return {};
  }

  Result<void> make_companion() {
    if (!options_.companion) return {};
    ARGOSY_TRY(companion_, options_.companion({worker_, *db_, *announcer_, process_, settings_}));
    return {};
  }

  store::HintListener listener() const {
    if (hints_ == nullptr) return {};
    return {.worker = worker_, .address = hints_->address(), .key = hints_->key()};
  }

  // The first renewal: from then on the database knows this process.
  bool join() {
    renewer_.emplace(Renewer::Parts{.db = renew_db_,
                                    .worker = worker_,
                                    .queue = options_.queue,
                                    .host = host_name(),
                                    .slots = slot_count_ + waiting_count_,
                                    .every = settings_.renew_every,
                                    .in_flight = in_flight_,
                                    .lease = lease_,
                                    .watch = watch_,
                                    .metrics = metrics_,
                                    .hand_back = [this](const StepRef& ref, std::int64_t epoch) { finisher_->hand_back(ref, epoch); },
                                    .on_round =
                                        [this] {
                                          announcer_->report();
                                          metrics_.lag.set(static_cast<double>(consumer_->lag()));
                                        }});
    while (!renewer_->renew_once()) {
      if (process_.wait_for_stop(kFirstRenewalEvery)) return false;
    }
    return true;
  }

  void start() {
    finisher_.emplace(Finisher::Parts{.db = *db_,
                                      .worker = worker_,
                                      .announcer = *announcer_,
                                      .in_flight = in_flight_,
                                      .lease = lease_,
                                      .metrics = metrics_,
                                      .loop = finish_loop_,
                                      .twins = twins_,
                                      .unbegun = [this] { return slots_->unbegun(); },
                                      .released = [this](const std::vector<JobPtr>& jobs) { slots_->give_back(jobs); }});
    StepRunner::Parts parts{
        .handler = handler_,
        .artifacts = *artifacts_,
        .announcer = *announcer_,
        .lease = lease_,
        .clock = system_clock(),
        .policy = policy_of(settings_),
        .time_limit = settings_.step_deadline,
        .answer_within = settings_.checkpoint_limit,
        .max_log_bytes = static_cast<std::size_t>(settings_.max_log_bytes),
        .newest_constraints = [this](const TaskId& task) { return store::read_constraints(*db_, task); },
        .room_to_grow = [this](const TaskId& task) { return store::room_to_grow(*db_, task); },
        .constrain_by_plan = [this](const auto& step, const auto& of_plan) { return constrain_by_plan(*db_, *announcer_, step, of_plan); },
        .keep_tests = [this](const store::ClaimedStep& step, const tasks::TestResults& results) { keep_tests(step, results); },
        .random = uniform,
        .ran = [this](const Job& job) { slots_->ran(job); },
        .finished = [this](JobPtr job, store::FinishedStep done) { finisher_->submit(std::move(job), std::move(done)); }};
    runner_.emplace(std::move(parts), slot_count_ + waiting_count_);
    ends_ = process_.pools().watch("ends", runner_->ends());
    slots_.emplace(
        slot_count_, waiting_count_, [this](const JobPtr& job) { runner_->begin(job); },
        [this] {
          metrics_.busy.set(static_cast<double>(slots_->busy()));
          consumer_->wake();
        });
    renewer_->start();
    claimer_.emplace(Claimer::Parts{.db = *db_,
                                    .worker = worker_,
                                    .queue = options_.queue,
                                    .consumer = *consumer_,
                                    .hints = hints_.get(),
                                    .twins = twins_,
                                    .announcer = *announcer_,
                                    .in_flight = in_flight_,
                                    .slots = *slots_,
                                    .lease = lease_,
                                    .metrics = metrics_,
                                    .loop = claim_loop_});
  }

  void keep_tests(const store::ClaimedStep& step, const tasks::TestResults& results) {
    const auto kept = store::put_test_results(*db_, step.ref, step.attempt, step.lease_epoch, results);
    if (!kept) telemetry::log_warning("results of tests were not kept", {{"error", to_string(kept.error())}});
  }

  // Stops claiming, finishes what it can, hands the rest back; renews until the end.
  void end() {
    claimer_->stop();
    consumer_->leave();  // others take its partitions at once
    if (companion_) companion_->stop();
    telemetry::log_info("draining", {{"steps", std::to_string(in_flight_.size())}});
    const auto patient = std::min(settings_.drain_patience, settings_.step_deadline);
    const bool clean = drain(in_flight_, {.finish = settings_.drain_timeout, .patient = patient, .stop = kStopGrace});
    finisher_->stop(settings_.lease);
    renewer_->stop();
    leave();
    announcer_->producer().flush(kFlush);
    if (clean) return;
    // A handler that does not hear is not waited for: its step is somebody else's now, and its threads cannot be ended from outside.
    telemetry::log_error("a handler did not stop: leaving without it", {{"steps", std::to_string(in_flight_.size())}});
    process_.send_last_words();
    std::_Exit(EXIT_FAILURE);
  }

  void leave() {
    auto left = store::leave(*db_, worker_);
    if (left) {
      announcer_->tell(*left, {});
    } else {
      telemetry::log_warning("could not say good-bye: the scheduler will notice", {{"error", to_string(left.error())}});
    }
  }

  const config::Settings& settings_;
  Process& process_;
  const WorkerOptions& options_;
  const std::string service_;
  const std::size_t slot_count_, waiting_count_;  // the latter beside the former, without a thread
  const WorkerId worker_{Uuid::v4()};
  std::shared_ptr<HandlerProbe> probe_;
  std::shared_ptr<store::Database> db_;
  store::Database renew_db_;
  const std::array<PoolFigures::Watch, 2> pools_;
  std::unique_ptr<Announcer> announcer_;
  const std::shared_ptr<std::atomic<bool>> working_;
  std::unique_ptr<artifacts::ArtifactStore> artifacts_;
  WorkerMetrics metrics_;
  Lease lease_;
  LoopWatch watch_;
  LoopWatch::Loop &claim_loop_, &finish_loop_;
  Handler& handler_;
  InFlight in_flight_;
  Twins twins_;
  std::unique_ptr<HintReceiver> hints_;  // nothing: only Kafka is heard
  std::shared_ptr<broker::DispatchConsumer> consumer_;
  std::optional<Renewer> renewer_;
  std::optional<Finisher> finisher_;
  std::optional<StepRunner> runner_;
  PoolFigures::Watch ends_;
  std::optional<Slots> slots_;
  std::optional<Claimer> claimer_;
  std::unique_ptr<Companion> companion_;  // nothing: only the queue
  std::optional<CostTeller> cost_;        // nothing: not in a cluster, or without a token
};

}  // namespace

int run_worker(const config::Settings& settings, Process& process, const WorkerOptions& options, Handler& handler) {
  // Before anybody can ask: the other checks come as what they look at is made, and none of them would say that nothing is consumed yet.
  const auto working = std::make_shared<std::atomic<bool>>(false);
  process.health().add("worker", [working]() -> std::optional<std::string> {
    if (*working) return std::nullopt;
    return "it consumes nothing yet: it waits for Postgres, for Kafka, for what its handler needs, or for its first lease";
  });
  if (const auto serving = process.serve_admin(); !serving) {
    telemetry::log_error("cannot serve health and metrics", {{"error", to_string(serving.error())}});
    return EXIT_FAILURE;
  }
  auto announcer = Announcer::create(settings, process);
  if (!announcer) {
    telemetry::log_error("cannot produce", {{"error", to_string(announcer.error())}});
    return EXIT_FAILURE;
  }
  auto worker = std::make_unique<Worker>(settings, process, options, handler, std::move(*announcer), working);
  const int code = worker->run();
  const TearDownLimit limit(kTearDown, code);
  worker.reset();
  return code;
}

}  // namespace argosy::runtime
