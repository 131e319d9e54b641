#include "tests/drain/drill.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/clock.h"
#include "common/core/file.h"
#include "common/core/ports.h"
#include "common/store/migrations.h"
#include "tests/chaos/matrix/ledger/audit.h"
#include "tests/chaos/matrix/ledger/effects.h"
#include "tests/chaos/matrix/ledger/store_view.h"
#include "tests/drain/feed.h"
#include "tests/support/fleet/kafka.h"
#include "tests/support/fleet/postgres.h"
#include "tests/support/interrupt.h"
#include "tests/support/row_promises.h"

namespace argosy::drain {
namespace {

using chaos::Finding;

constexpr std::size_t kFewest = 8, kMost = 18, kFirst = 10;  // workers
constexpr std::size_t kSlots = 2;
constexpr std::size_t kMostAtOnce = 3;  // workers that come or go in an event
constexpr std::size_t kLoadRange = 35;
constexpr std::size_t kKillEvery = 12;  // ends of workers, of which one is a SIGKILL: 8 %
constexpr std::size_t kUnfed = 10;  // events at the end, while what is there ends: the longest steps would otherwise be waited for alone
constexpr std::chrono::seconds kEventWithin{90}, kQuietWithin{180};

class Drill {
 public:
  explicit Drill(const Options& options)
      : options_(options), random_(options.seed), crew_(environment_, options.folder, options.seed), scheduler_(start_scheduler()) {
    scheduler_.wait_ready();
  }

  Outcome run() {
    if (!options_.sql.empty()) sql_.query(read_file(options_.sql).value());
    crew_.scale_up(kFirst);
    Feed feed(postgres_.url(), kafka_.brokers());
    for (std::size_t event = 0; event < options_.events; ++event) {
      const auto load = crew_.size() * kSlots * number(options_.most_load - kLoadRange, options_.most_load) / 100;
      if (event + kUnfed < options_.events)
        feed.level(load + 1);
      else
        feed.level(0);
      await(feed, std::min(feed.ended() + number((options_.most_steps + 2) / 3, options_.most_steps), feed.requests().size()));
      scale();
      if (event % 20 == 19) say(event + 1, feed);
    }
    feed.stop();
    return settle(feed);
  }

 private:
  std::size_t number(std::size_t low, std::size_t high) { return std::uniform_int_distribution<std::size_t>(low, high)(random_); }

  test::Environment prepared() {
    store::Database db({.url = postgres_.url(), .connections = 1});
    if (const auto applied = store::migrate_up(db); !applied) throw std::runtime_error(to_string(applied.error()));
    testing::install_guards(postgres_.url());
    return {{"ARGOSY_POSTGRES_URL", postgres_.url()},
            {"ARGOSY_KAFKA_BROKERS", kafka_.brokers()},
            {"ARGOSY_KAFKA_PARTITIONS", fmt::to_string(2 * kMost)},
            {"ARGOSY_SLOTS", fmt::to_string(kSlots)},
            {"ARGOSY_LEASE_MS", "6000"},
            {"ARGOSY_RENEW_MS", "1000"},
            {"ARGOSY_KAFKA_SESSION_MS", "2000"},
            {"ARGOSY_DRAIN_TIMEOUT_MS", "3500"},  // the rest of the grace period is for handing back
            {"ARGOSY_DRAIN_PATIENCE_MS", "0"}};
  }

  test::Process start_scheduler() {
    test::ProcessOptions options{.program = "argosy-scheduler",
                                 .environment = environment_,
                                 .log = options_.folder / "scheduler.log",
                                 .health_port = free_port().value()};
    options.environment["ARGOSY_ADMIN_PORT"] = fmt::to_string(options.health_port);
    return test::Process(std::move(options));
  }

  void await(const Feed& feed, std::size_t ended) {
    const auto done = [&] {
      test::stop_if_asked();
      crew_.look();
      return feed.ended() >= ended;
    };
    if (!testing::eventually(done, kEventWithin)) throw std::runtime_error("no step ends any more");
  }

  // Up or down, with the same chance where both are possible.
  void scale() {
    const auto size = crew_.size();
    const bool up = size <= kFewest || (size < kMost && number(0, 1) == 0);
    const auto count = number(1, std::min(kMostAtOnce, up ? kMost - size : size - kFewest));
    if (up) return crew_.scale_up(count);
    for (std::size_t i = 0; i < count; ++i) {
      if (told_to_end_++ % kKillEvery == kKillEvery / 4)
        crew_.kill_one(random_);
      else
        crew_.scale_down(evicts() ? Crew::Victim::any : Crew::Victim::cheapest, sql_, random_);
    }
  }

  bool evicts() const { return options_.evict_every > 0 && told_to_end_ % options_.evict_every == 0; }

  void say(std::size_t events, const Feed& feed) const {
    const auto& ends = crew_.ends();
    fmt::print(stderr, "  {} events: {} workers, {} tasks ended, {} workers drained ({} of them busy), {} killed\n", events, crew_.size(),
               feed.ended(), ends.drained, ends.busy, ends.killed + ends.overran);
  }

  Outcome settle(const Feed& feed) {
    const bool quiet = testing::eventually(
        [&] {
          test::stop_if_asked();
          crew_.look();
          return !crew_.ending() && sql_.value("SELECT count(*) FROM task WHERE settled_at IS NULL") == "0";
        },
        kQuietWithin);
    const auto ends = crew_.ends();  // the last ones go home with nothing in their hands: not counted
    Outcome outcome{.ends = ends, .time = run_time(sql_), .events = options_.events};
    if (!quiet) outcome.findings.emplace_back("not all tasks are over");
    compare(feed, outcome);
    return outcome;
  }

  void compare(const Feed& feed, Outcome& outcome) {
    chaos::Evidence evidence{.requests = feed.requests(), .runs = chaos::read_effects(crew_.effects())};
    const auto boot = std::chrono::duration_cast<std::chrono::microseconds>(system_clock().boot_time()).count();
    evidence.unix_minus_boot = system_clock().unix_ms() * 1000 - boot;
    chaos::read_store(sql_, evidence);
    const auto verdict = chaos::audit(evidence);
    for (const auto& finding : verdict.findings) note(outcome, finding.kind == Finding::Kind::lost, finding.task + ": " + finding.what);
    for (const auto& broken : testing::broken_promises(sql_, "-infinity")) {
      for (const auto& task : broken.tasks) note(outcome, !broken.repeated, task + ": its rows break: " + broken.promise);
    }
    for (const auto& twice : repeated_after_drain(evidence.runs, crew_.crashed())) note(outcome, false, twice);
    outcome.tasks = verdict.accepted;
    outcome.effects = verdict.effects;
    outcome.redone = redone_after_kill(evidence.runs);
  }

  static void note(Outcome& outcome, bool lost, std::string what) {
    ++(lost ? outcome.lost : outcome.repeated);
    outcome.findings.push_back(std::move(what));
  }

  const Options options_;
  std::mt19937_64 random_;
  test::OwnPostgres postgres_;
  test::OwnKafka kafka_;
  const test::Environment environment_ = prepared();
  Crew crew_;
  test::Process scheduler_;
  testing::SqlSession sql_{postgres_.url()};
  std::size_t told_to_end_ = 0;
};

}  // namespace

Outcome run_drill(const Options& options) { return Drill(options).run(); }

}  // namespace argosy::drain
