// make model: every reachable state of the protocol, and the proof that the check finds a protocol that is broken.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "tests/model/explorer.h"
#include "tests/model/protocol/world.h"
#include "tests/model/statements/world.h"
#include "tests/model/variant.h"

namespace argosy::model {
namespace {

constexpr const char* kHelp = R"(Checks every reachable state of the claim-lease-finish-rescue protocol.

  argosy_model                         the protocol as it stands must hold, each broken variant must be caught
  argosy_model --variant NAME          one variant only; `sound` is the protocol as it stands
  argosy_model --variant NAME --trace  and the shortest way to what it breaks
  argosy_model --scenario NAME ...     in one scenario only
  argosy_model --list                  the variants and scenarios
)";

struct Options {
  std::string variant, scenario;
  bool trace = false;
};

struct Outcome {
  std::size_t states = 0;
  std::size_t violations = 0;
  bool caught = false;
};

std::string name_of(int number, const char* letters) { return number < 0 ? "" : fmt::format("{}{}", letters, number); }

template <class World>
void print_way(const Explorer<World>& explorer, std::uint32_t at, const char* who) {
  int line = 0;
  for (const auto& next : explorer.way_to(at)) {
    const auto& action = next.action;
    fmt::print("    {:2}  {:4}{}{}\n", line++, name_of(action.who, who), action.what,
               action.step < 0 ? "" : fmt::format(" (step {})", action.step));
  }
}

// One variant in all scenarios of one model; a broken one stops at the first that catches it.
template <class World, class Scenario>
void check(std::span<const Scenario> scenarios, Variant variant, const Options& options, const char* who, Outcome& outcome) {
  for (const auto& scenario : scenarios) {
    if (!options.scenario.empty() && scenario.name != options.scenario) continue;
    const auto began = std::chrono::steady_clock::now();
    const World world(scenario, variant);
    Explorer<World> explorer(world);
    const auto report = explorer.run();
    outcome.states += report.states;
    if (variant == Variant::sound) {
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
      fmt::print("{:18}{:>9} states {:>9} moves {:6.1f} s  {}\n", scenario.name, report.states, report.moves, took.count(), scenario.what);
      std::fflush(stdout);
    }
    if (!report.violation) continue;
    ++outcome.violations;
    outcome.caught = true;
    fmt::print("  {} after {} states of {}\n", *report.violation, report.states, scenario.name);
    if (options.trace || variant == Variant::sound) print_way(explorer, report.at, who);
    if (variant != Variant::sound) return;
  }
}

Outcome check_all(Variant variant, const Options& options) {
  Outcome outcome;
  check<statements::World>(statements::scenarios(), variant, options, "T", outcome);
  if (!outcome.caught || variant == Variant::sound) check<protocol::World>(protocol::scenarios(), variant, options, "P", outcome);
  return outcome;
}

int list() {
  for (const auto& text : kBroken) fmt::print("{:26}{}\n", text.name, text.what);
  fmt::print("\n");
  for (const auto& scenario : statements::scenarios()) fmt::print("{:26}{}\n", scenario.name, scenario.what);
  for (const auto& scenario : protocol::scenarios()) fmt::print("{:26}{}\n", scenario.name, scenario.what);
  return EXIT_SUCCESS;
}

int one(const Options& options) {
  const auto variant = variant_from_name(options.variant);
  if (!variant) {
    fmt::print(stderr, "no variant is called \"{}\": --list shows them\n", options.variant);
    return 2;
  }
  const auto outcome = check_all(*variant, options);
  fmt::print("{}: states={} violations={}\n", options.variant, outcome.states, outcome.violations);
  return (outcome.violations > 0) == (*variant != Variant::sound) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int all(const Options& options) {
  const auto sound = check_all(Variant::sound, options);
  std::size_t caught = 0;
  for (const auto& text : kBroken) {
    fmt::print("{}: {}\n", text.name, text.what);
    const auto outcome = check_all(text.variant, options);
    caught += outcome.caught;
    if (!outcome.caught) fmt::print("  NOT CAUGHT: either the rule is not needed, or the model does not see it\n");
  }
  fmt::print("model: states={} violations={} broken_variants_caught={}/{}\n", sound.states, sound.violations, caught, kBroken.size());
  return sound.violations == 0 && caught == kBroken.size() ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run(std::span<char*> arguments) {
  Options options;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    const bool has_value = i + 1 < arguments.size();
    if (argument == "--list") return list();
    if (argument == "--help") {
      fmt::print("{}", kHelp);
      return EXIT_SUCCESS;
    }
    if (argument == "--trace") {
      options.trace = true;
    } else if (argument == "--variant" && has_value) {
      options.variant = arguments[++i];
    } else if (argument == "--scenario" && has_value) {
      options.scenario = arguments[++i];
    } else {
      fmt::print(stderr, "{}", kHelp);
      return 2;
    }
  }
  return options.variant.empty() ? all(options) : one(options);
}

}  // namespace
}  // namespace argosy::model

int main(int argc, char** argv) { return argosy::model::run(std::span(argv, static_cast<std::size_t>(argc))); }
