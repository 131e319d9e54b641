// argosy_drain: workers are scaled up and down at random under load, as README.md says. Exit code 1 when something was lost or repeated,
// when drains wasted 1 % of the run time or more, or when too few workers were killed for that to mean something.
#include <exception>
#include <filesystem>
#include <random>
#include <string_view>

#include <fmt/format.h>

#include "common/core/text.h"
#include "tests/drain/drill.h"
#include "tests/support/interrupt.h"

namespace argosy::drain {
namespace {

constexpr double kMostWastedPct = 1;
constexpr double kEnoughRunTime = 1'500;  // seconds, of which one step that was handed back is no 1 %; shorter drills tell it and no more
constexpr std::size_t kLeastKilledPct = 5;
constexpr std::size_t kLeastLoad = 40;

bool take(Options& options, std::string_view name, std::string_view value) {
  const auto number = text::to_int(value).value_or(0);
  if (name == "--events") return (options.events = static_cast<std::size_t>(number)) > 0 && number > 0;
  if (name == "--steps") return (options.most_steps = static_cast<std::size_t>(number)) > 0 && number > 0;
  if (name == "--load") return (options.most_load = static_cast<std::size_t>(number)) >= kLeastLoad && number > 0;
  if (name == "--evict") return (options.evict_every = static_cast<std::size_t>(number)) > 0 && number > 0;
  if (name == "--sql") return std::filesystem::exists(options.sql = value);
  if (name == "--seed") return (options.seed = static_cast<std::uint64_t>(number)) > 0 && number > 0;
  return false;
}

// What does not hold; empty: the drill is passed.
std::vector<std::string> failures(const Outcome& outcome) {
  auto failed = outcome.findings;
  if (outcome.time.total_s >= kEnoughRunTime && outcome.time.wasted_pct() >= kMostWastedPct)
    failed.push_back(fmt::format("drains wasted {} % or more", kMostWastedPct));
  if (outcome.ends.drained == 0) failed.emplace_back("no worker was drained");
  if ((outcome.ends.killed + outcome.ends.overran) * 100 < outcome.ends.all() * kLeastKilledPct)
    failed.push_back(fmt::format("fewer than {} % of the ends were a SIGKILL", kLeastKilledPct));
  return failed;
}

int run(const Options& options) {
  fmt::print(stderr, "drain: {} events, seed {}, logs in {}\n", options.events, options.seed, options.folder.string());
  try {
    const auto outcome = run_drill(options);
    const auto failed = failures(outcome);
    const auto& [ends, time] = std::tie(outcome.ends, outcome.time);
    fmt::print("{} workers ended: {} drained ({} of them busy), {} killed, {} outlived their grace period and were killed\n", ends.all(),
               ends.drained, ends.busy, ends.killed, ends.overran);
    fmt::print("{} tasks, {} attempts, {:.0f} s of run time: {} handed back ({:.1f} s), {} cut off by a SIGKILL ({:.1f} s, {:.2f} %)\n",
               outcome.tasks, time.attempts, time.total_s, time.handed_back, time.drained_s, time.crashed, time.killed_s,
               100 * time.killed_s / time.total_s);
    fmt::print("{} effects, {} of them redone because a SIGKILL came between effect and finish\n", outcome.effects, outcome.redone);
    for (const auto& what : failed) fmt::print("FAILED: {}\n", what);
    if (!failed.empty())
      fmt::print("logs: {}\nreplay: make drill-drain EVENTS={} SEED={}\n", options.folder.string(), options.events, options.seed);
    if (failed.empty()) std::filesystem::remove_all(options.folder);
    fmt::print("drain: events={} lost={} repeated={} wasted_pct={:.2f}\n", outcome.events, outcome.lost, outcome.repeated,
               time.wasted_pct());
    return failed.empty() ? 0 : 1;
  } catch (const std::exception& e) {
    fmt::print("{}\nlogs: {}\nreplay: make drill-drain EVENTS={} SEED={}\ndrain: broken off\n", e.what(), options.folder.string(),
               options.events, options.seed);
    return 1;
  }
}

}  // namespace
}  // namespace argosy::drain

int main(int argc, char** argv) {
  argosy::test::heed_signals();
  argosy::drain::Options options;
  options.seed = std::random_device{}();
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 < argc && argosy::drain::take(options, argv[i], argv[i + 1])) continue;
    fmt::print(stderr, "argosy_drain [--events N] [--steps N] [--load PERCENT] [--evict EVERY] [--seed N] [--sql FILE]\n");
    return 2;
  }
  options.folder = std::filesystem::path(ARGOSY_BINARY_DIR) / "drain" / fmt::format("seed-{}", options.seed);
  std::filesystem::remove_all(options.folder);
  return argosy::drain::run(options);
}
