// make simulation: thousands of fleets, each with its own troubles, in virtual time; and the proof that a broken one is noticed.
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "tests/simulation/variant.h"
#include "tests/simulation/world/world.h"

namespace argosy::simulation {
namespace {

constexpr std::uint64_t kSeeds = 10'000;
constexpr std::uint64_t kSeedsOfVariants = 10'000;  // within so many a broken fleet must show it

constexpr const char* kHelp = R"(Runs fleets of the product's own decisions in virtual time, under random troubles.

  argosy_simulation                              10,000 seeds must pass, each broken variant must be caught
  argosy_simulation --seeds N [--from N]         so many, from that one on
  argosy_simulation --seed N [--trace]           one again, and what happens in it
  argosy_simulation --variant NAME [--seed N]    a broken one; --list shows them
)";

struct Options {
  std::string variant = "sound";
  std::optional<std::uint64_t> seed;
  std::uint64_t seeds = kSeeds, from = 1;
  bool trace = false, list = false, help = false, all = true;
};

struct Failure {
  std::uint64_t seed;
  std::string what;
};

std::optional<Failure> run_seed(std::uint64_t seed, Variant variant, bool trace, std::atomic<std::uint64_t>& events) {
  std::function<void(const std::string&)> say;
  if (trace) say = [](const std::string& text) { fmt::print("{}\n", text); };
  World world(seed, variant, std::move(say));
  std::optional<Failure> failure;
  try {
    world.run();
  } catch (const Violation& violation) {
    failure = Failure{seed, violation.what()};
  }
  events += world.events();
  return failure;
}

// The first of the seeds that fails, by number.
std::optional<Failure> run_seeds(const Options& options, Variant variant, std::atomic<std::uint64_t>& events) {
  std::atomic<std::uint64_t> next = options.from;
  const auto end = options.from + options.seeds;
  std::mutex mutex;
  std::optional<Failure> first;
  const auto work = [&] {
    for (auto seed = next++; seed < end; seed = next++) {
      auto failure = run_seed(seed, variant, false, events);
      if (!failure) continue;
      const std::lock_guard lock(mutex);
      if (!first || failure->seed < first->seed) first = std::move(failure);
      next = end;  // those that began go on to their end
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
  work();
  for (auto& thread : threads) thread.join();
  return first;
}

void tell(const Failure& failure, std::string_view variant) {
  fmt::print("  seed {}: {}\n  again: argosy_simulation{} --seed {} --trace\n", failure.seed, failure.what,
             variant == "sound" ? "" : fmt::format(" --variant {}", variant), failure.seed);
}

int list() {
  for (const auto& text : kBroken) fmt::print("{:28}{}\n", text.name, text.what);
  return EXIT_SUCCESS;
}

// Sound ones must pass, broken ones must not.
int one(const Options& options, Variant variant) {
  std::atomic<std::uint64_t> events = 0;
  const auto failure = options.seed ? run_seed(*options.seed, variant, options.trace, events) : run_seeds(options, variant, events);
  if (failure) tell(*failure, options.variant);
  if (!failure) fmt::print("{}: nothing was broken in {} events\n", options.variant, events.load());
  return failure.has_value() == (variant != Variant::sound) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int all(Options options) {
  std::atomic<std::uint64_t> events = 0;
  const auto began = std::chrono::steady_clock::now();
  const auto failure = run_seeds(options, Variant::sound, events);
  if (failure) tell(*failure, "sound");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print("{} seeds, {} events, {:.1f} s\n", options.seeds, events.load(), took.count());
  std::fflush(stdout);
  std::size_t caught = 0;
  const auto seeds = options.seeds;
  options.seeds = kSeedsOfVariants;
  for (const auto& text : kBroken) {
    fmt::print("{}: {}\n", text.name, text.what);
    const auto found = run_seeds(options, text.variant, events);
    caught += found.has_value();
    if (found) tell(*found, text.name);
    if (!found) fmt::print("  NOT CAUGHT in {} seeds\n", kSeedsOfVariants);
    std::fflush(stdout);
  }
  fmt::print("simulation: seeds={} violations={} broken_variants_caught={}/{}\n", seeds, failure ? 1 : 0, caught, kBroken.size());
  return !failure && caught == kBroken.size() ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool number(std::string_view text, std::uint64_t& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

bool parse(std::span<char*> arguments, Options& options) {
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const std::string_view value = i + 1 < arguments.size() ? arguments[i + 1] : "";
    std::uint64_t n = 0;
    if (argument == "--trace" || argument == "--list" || argument == "--help") {
      (argument == "--trace" ? options.trace : argument == "--list" ? options.list : options.help) = true;
      continue;
    }
    ++i;
    if (argument == "--variant" && !value.empty()) {
      options.variant = value;
      options.all = false;
    } else if (argument == "--seed" && number(value, n)) {
      options.seed = n;
      options.all = false;
    } else if (argument == "--seeds" && number(value, n)) {
      options.seeds = n;
    } else if (argument == "--from" && number(value, n)) {
      options.from = n;
    } else {
      return false;
    }
  }
  return true;
}

int run(std::span<char*> arguments) {
  Options options;
  const bool understood = parse(arguments, options);
  const auto variant = variant_from_name(options.variant);
  if (!understood || !variant) {
    fmt::print(stderr, "{}", kHelp);
    return 2;
  }
  if (options.help) {
    fmt::print("{}", kHelp);
    return EXIT_SUCCESS;
  }
  if (options.list) return list();
  return options.all ? all(options) : one(options, *variant);
}

}  // namespace
}  // namespace argosy::simulation

int main(int argc, char** argv) { return argosy::simulation::run(std::span(argv, static_cast<std::size_t>(argc))); }
