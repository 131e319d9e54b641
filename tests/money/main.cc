// make test-money: random runs of processes that call models on a budget, against the real SQL.
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>

#include "tests/money/world.h"

namespace argosy::money {
namespace {

constexpr int kConnections = 4;               // each with a database of its own
constexpr std::uint64_t kRunsOfBroken = 500;  // within so many a broken ledger must show it

constexpr const char* kHelp = R"(Runs random processes that call models on a budget, against Postgres (tests/with-services).

  argosy_money --runs N [--from N]   so many seeds, from that one on
  argosy_money --seed N              one again, and what happens in it
)";

struct Options {
  std::uint64_t runs = 2'000, from = 1;
  std::optional<std::uint64_t> seed;
};

std::optional<Options> parse(std::span<char*> words) {
  Options options;
  for (std::size_t i = 1; i < words.size(); i += 2) {
    const std::string_view name = words[i], text = i + 1 < words.size() ? words[i + 1] : "";
    std::uint64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ptr != text.data() + text.size() || text.empty())
      return std::nullopt;
    if (name == "--runs")
      options.runs = value;
    else if (name == "--from")
      options.from = value;
    else if (name == "--seed")
      options.seed = value;
    else
      return std::nullopt;
  }
  return options;
}

int run_one(std::uint64_t seed) {
  Ground ground;
  World world(ground, seed, [](const std::string& text) { fmt::print("{}\n", text); });
  const auto found = world.run();
  fmt::print("money: runs=1 over_cap={} mismatch={}\n", found.over_cap, found.mismatch);
  return found.over_cap + found.mismatch == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run_all(const Options& options) {
  std::atomic<std::uint64_t> next = options.from, over_cap = 0, mismatch = 0, done = 0;
  std::mutex mutex;
  const auto work = [&] {
    Ground ground;
    for (auto seed = next++; seed < options.from + options.runs; seed = next++, ++done) {
      World world(ground, seed, [](const std::string&) {});
      const auto found = world.run();
      over_cap += found.over_cap;
      mismatch += found.mismatch;
      if (found.first.empty()) continue;
      const std::lock_guard lock(mutex);
      fmt::print("seed {}: {}\n  again: argosy_money --seed {}\n", seed, found.first, seed);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kConnections; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  fmt::print("money: runs={} over_cap={} mismatch={}\n", done.load(), over_cap.load(), mismatch.load());
  return over_cap + mismatch == 0 && done == options.runs ? EXIT_SUCCESS : EXIT_FAILURE;
}

// Whether every ledger that is broken on purpose is found out.
bool finds_the_broken() {
  std::atomic<std::size_t> next = 0, found = 0;
  const auto work = [&] {
    for (auto i = next++; i < kBroken.size(); i = next++) {
      Ground ground;
      ground.break_on_purpose(kBroken[i]);
      std::string what;
      std::uint64_t seed = 0;
      while (what.empty() && seed < kRunsOfBroken) what = World(ground, ++seed, [](const std::string&) {}).run().first;
      if (!what.empty()) ++found;
      fmt::print("  {}: {}\n", kBroken[i].name, what.empty() ? "NOT FOUND" : fmt::format("run {}, {}", seed, what));
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kConnections; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  return found == kBroken.size();
}

}  // namespace
}  // namespace argosy::money

int main(int argc, char** argv) {
  const auto options = argosy::money::parse({argv, static_cast<std::size_t>(argc)});
  if (!options) {
    fmt::print(stderr, "{}", argosy::money::kHelp);
    return 2;
  }
  if (options->seed) return argosy::money::run_one(*options->seed);
  const bool found = argosy::money::finds_the_broken();
  const int code = argosy::money::run_all(*options);
  return found ? code : EXIT_FAILURE;
}
