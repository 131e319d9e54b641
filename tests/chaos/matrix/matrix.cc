#include "tests/chaos/matrix/matrix.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/clock.h"
#include "common/core/file.h"
#include "common/core/ids.h"
#include "common/core/text.h"
#include "tests/chaos/matrix/faults/lane.h"
#include "tests/chaos/matrix/ledger/effects.h"
#include "tests/chaos/matrix/ledger/store_view.h"
#include "tests/chaos/matrix/load/steward.h"
#include "tests/chaos/matrix/load/watchers.h"
#include "tests/support/interrupt.h"
#include "tests/support/row_promises.h"

namespace argosy::chaos {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLook{200};
constexpr seconds kSayEvery{10};
constexpr seconds kReadyWithin{120};  // the whole fleet at the start
constexpr std::size_t kFirst = 20;    // tasks that end before the first fault
constexpr seconds kHealWithin{180};   // each lane ends its last fault
// What is not over so long after the last fault hangs: more than a lease, a rescue, a few retries and the backlog that the clients may
// leave.
constexpr seconds kQuietWithin{180};
constexpr seconds kStreamsWithin{120};
constexpr seconds kMostExtra{900};  // to reach Options::tasks

LanePlan workers(int number, const Stage& stage, const Gate& end, bool odd) {
  LanePlan plan{.name = fmt::format("workers {}", number), .shortest_pause = milliseconds(100), .longest_pause = milliseconds(700)};
  for (const auto* role : {"planning", "codegen", "testing", "git", "notifications"})
    plan.members.emplace_back(role, fmt::format("{}-{}", role, number));
  // Each lane has a half of what can be done at failpoints, so that together they get through all of it soon.
  plan.faults = [&stage, &end, odd](const Crew& crew) {
    auto faults = process_faults(crew, end);
    auto more = odd ? failpoint_kills(crew) : failpoint_freezes(crew, end);
    if (odd) std::ranges::move(clock_faults(crew, end, stage), std::back_inserter(more));
    std::ranges::move(more, std::back_inserter(faults));
    return faults;
  };
  return plan;
}

LanePlan edge(const Gate& end) {
  return {.name = "edge",
          .members = {{"scheduler", "scheduler-1"}, {"scheduler", "scheduler-2"}, {"ingest", "ingest"}, {"fanout", "fanout"}},
          .shortest_pause = milliseconds(300),
          .longest_pause = milliseconds(1'500),
          .faults = [&end](const Crew& crew) {
            auto faults = process_faults(crew, end);
            std::ranges::move(failpoint_kills(crew), std::back_inserter(faults));
            std::ranges::move(failpoint_freezes(crew, end), std::back_inserter(faults));
            return faults;
          }};
}

// With long pauses: while Postgres or Kafka is away nothing goes on that the other lanes could disturb.
LanePlan services(Stage& stage, const Gate& end, Chronicle& chronicle) {
  return {.name = "services", .shortest_pause = milliseconds(3'000), .longest_pause = milliseconds(7'000), .faults = [&](const Crew&) {
            return service_faults(stage, end, chronicle);
          }};
}

class Performance {
 public:
  explicit Performance(const Options& options)
      : options_(options),
        stage_(options.folder),
        chronicle_(options.folder / "faults.log"),
        book_(options.folder / "client.log", options.seed),
        began_(boot_now()),
        unix_minus_boot_(clock_distance()) {
    if (!options.sql.empty()) testing::SqlSession(stage_.postgres().url()).query(read_file(options.sql).value());
    const auto& end = curtain_.faults_end;
    int lane = 0;
    for (auto plan : {workers(1, stage_, end, true), workers(2, stage_, end, false), edge(end), services(stage_, end, chronicle_)}) {
      std::seed_seq own{options.seed, static_cast<std::uint64_t>(lane++)};
      std::uint64_t seed = 0;
      own.generate(reinterpret_cast<std::uint32_t*>(&seed), reinterpret_cast<std::uint32_t*>(&seed) + 2);
      plan.faults = [all = plan.faults, this](const Crew& crew) { return chosen(all(crew)); };
      lanes_.push_back(std::make_unique<Lane>(stage_, plan, seed, curtain_, chronicle_));
    }
  }
  ~Performance() {
    curtain_.faults_end.open();
    curtain_.faults_begin.open();
    curtain_.dismissed.open();
  }
  Performance(const Performance&) = delete;
  Performance& operator=(const Performance&) = delete;

  Outcome run() {
    for (const auto& lane : lanes_) wait(lane->ready(), kReadyWithin, "the fleet is not ready");
    add_repository();
    Clients clients(stage_, book_, options_.per_second);
    Steward steward(stage_, book_);
    Watchers watchers(stage_, book_);
    wait_for_the_first();
    curtain_.faults_begin.open();
    wait_for_enough();
    curtain_.faults_end.open();
    for (const auto& lane : lanes_) wait(lane->healed(), kHealWithin, "the faults do not end");
    if (const auto why = curtain_.trouble(); !why.empty()) throw std::runtime_error(why);
    say("no more faults");

    clients.finish(kQuietWithin);
    say("no more orders");
    const bool quiet = wait_until_quiet();
    say(quiet ? "all tasks are over" : "not all tasks are over");
    auto watched = watchers.finish(quiet ? kStreamsWithin : seconds(0));
    say("all streams are over");
    return compare(std::move(watched));
  }

 private:
  std::vector<Fault> chosen(std::vector<Fault> faults) const {
    std::erase_if(faults, [this](const Fault& fault) {
      return !options_.only.empty() &&
             std::ranges::none_of(options_.only, [&](const std::string& part) { return fault.name.find(part) != std::string::npos; });
    });
    return faults;
  }

  static Micros clock_distance() { return system_clock().unix_ms() * 1000 - boot_now(); }

  void say(std::string_view what) const {
    fmt::print(stderr, "  {:>4} s: {} tasks accepted, {} told of, {} faults: {}\n", (boot_now() - began_) / 1'000'000, book_.accepted(),
               stage_.receiver().tasks(), chronicle_.all().size(), what);
  }

  void wait(const Gate& gate, milliseconds patience, const char* otherwise) const {
    const auto end = boot_now() + patience.count() * 1000;
    while (!gate.wait_for(kLook)) {
      test::stop_if_asked();
      if (boot_now() > end) throw std::runtime_error(otherwise);
    }
    if (const auto why = curtain_.trouble(); !why.empty()) throw std::runtime_error(why);
  }

  void add_repository() const {
    const json::Object body{{"repository_id", Stage::kRepository}, {"url", stage_.git().url()}};
    const auto answer = ask_api(stage_, "POST", "/api/v1/repositories", body);
    if (answer.status < 200 || answer.status >= 300) throw std::runtime_error("the repository was refused: " + json::dump(answer.body));
  }

  // Everybody knows Kafka's topics by then, and every failpoint has something that passes it.
  void wait_for_the_first() const {
    const auto done = [this] {
      test::stop_if_asked();
      return stage_.receiver().tasks() >= kFirst;
    };
    if (!testing::eventually(done, kReadyWithin)) throw std::runtime_error("the fleet does not work even undisturbed");
    say("disturbing from now on");
  }

  void wait_for_enough() const {
    const auto from = boot_now(), enough = from + seconds(options_.faults).count() * 1'000'000;
    const auto limit = enough + seconds(kMostExtra).count() * 1'000'000;
    Micros said = from;
    while ((boot_now() < enough || book_.accepted() < options_.tasks) && !curtain_.faults_end.wait_for(kLook)) {
      test::stop_if_asked();
      if (boot_now() > limit) throw std::runtime_error(fmt::format("only {} tasks were accepted", book_.accepted()));
      if (boot_now() - said < seconds(kSayEvery).count() * 1'000'000) continue;
      said = boot_now();
      say("disturbing");
    }
  }

  // False when something is left after all patience: the audit names it.
  bool wait_until_quiet() {
    testing::SqlSession sql(stage_.postgres().url());
    return testing::eventually(
        [&] {
          test::stop_if_asked();
          return sql.value("SELECT count(*) FROM task WHERE settled_at IS NULL OR state <> 'succeeded'") == "0";
        },
        kQuietWithin);
  }

  Outcome compare(std::vector<Watched> watched) {
    Evidence evidence{.requests = book_.requests(),
                      .runs = read_effects(stage_.effects()),
                      .watched = std::move(watched),
                      .deliveries = stage_.receiver().all(),
                      .postgres_crashes = chronicle_.postgres_crashes(),
                      .unix_minus_boot = unix_minus_boot_,
                      .unix_drift = clock_distance() - unix_minus_boot_};
    evidence.edited = book_.all_edited();
    count_commits(evidence);
    testing::SqlSession sql(stage_.postgres().url());
    read_store(sql, evidence);
    Outcome outcome{.verdict = audit(evidence), .happened = chronicle_.all(), .known = chronicle_.known()};
    for (const auto& broken : testing::broken_promises(sql, "-infinity")) {
      for (const auto& task : broken.tasks) {
        outcome.verdict.findings.push_back({.kind = broken.repeated ? Finding::Kind::repeated : Finding::Kind::lost,
                                            .task = task,
                                            .what = "its rows break: " + broken.promise});
      }
    }
    keep_stories(sql, outcome.verdict.findings);
    return outcome;
  }

  void count_commits(Evidence& evidence) const {
    const std::string mark = trailer_of({.number = 0});
    const auto prefix = mark.substr(0, mark.size() - 1);
    for (const auto line : text::lines(stage_.git().at_remote({"log", "--all", "--format=%B"}))) {
      if (line.starts_with(prefix)) ++evidence.commits[text::to_int(line.substr(prefix.size())).value_or(0)];
    }
  }

  void keep_stories(testing::SqlSession& sql, const std::vector<Finding>& findings) {
    if (findings.empty()) return;
    std::ofstream file(options_.folder / "findings.txt");
    std::set<std::string> told;
    for (const auto& finding : findings) {
      file << fmt::format("{} {}: {}\n", finding.at, finding.task, finding.what);
      if (evidence_of(finding) && told.insert(finding.task).second) file << story_of(sql, finding.task) << "\n";
    }
    std::ofstream(options_.folder / "postgres.log") << stage_.postgres().log();
  }
  static bool evidence_of(const Finding& finding) { return TaskId::parse(finding.task).has_value(); }

  const Options options_;
  Stage stage_;
  Chronicle chronicle_;
  Book book_;
  const Micros began_, unix_minus_boot_;
  Curtain curtain_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace

Outcome run_matrix(const Options& options) { return Performance(options).run(); }

}  // namespace argosy::chaos
