// argosy_chaos: tasks keep coming while everything that can be killed, frozen or taken away is (tests/chaos/README.md). Exit code 1 when
// something was lost or repeated, or when the run could not be compared.
#include <algorithm>
#include <exception>
#include <random>

#include <fmt/format.h>

#include "common/core/text.h"
#include "tests/chaos/matrix/matrix.h"
#include "tests/chaos/matrix/report.h"
#include "tests/support/interrupt.h"

namespace argosy::chaos {
namespace {

constexpr int kUsage = 2;
bool take(Options& options, std::string_view name, std::string_view value) {
  const auto number = text::to_int(value).value_or(0);
  if (name == "--seconds") return (options.faults = std::chrono::seconds(number)).count() > 0;
  if (name == "--tasks") return (options.tasks = static_cast<std::size_t>(number)) > 0;
  if (name == "--per-second") return (options.per_second = static_cast<double>(number)) > 0;
  if (name == "--only") {
    for (const auto part : text::split(value, ',')) options.only.emplace_back(part);
    return !value.empty();
  }
  if (name == "--sql") return std::filesystem::exists(options.sql = value);
  if (name == "--seed") return (options.seed = static_cast<std::uint64_t>(number)) > 0;
  return false;
}

int run(const Options& options) {
  const auto replay = fmt::format("replay: make chaos MINUTES={} SEED={}{}", (options.faults.count() + 59) / 60, options.seed,
                                  options.only.empty() ? "" : fmt::format(" ONLY=\"{}\"", text::join(options.only, ",")));
  fmt::print(stderr, "chaos: {} s of faults, seed {}, logs in {}\n", options.faults.count(), options.seed, options.folder.string());
  try {
    const auto outcome = run_matrix(options);
    const auto sum = totals(outcome);
    const auto left_out = missing(outcome);
    const bool clean = outcome.verdict.findings.empty();
    const auto dead = never_passed(outcome);
    const bool complete = dead.empty();
    fmt::print("{}{}{}", table(outcome), named(outcome), compared(outcome));
    if (!left_out.empty()) fmt::print("never come to: {}\n", text::join(left_out, ", "));
    for (const auto& fault : dead) fmt::print("NOT TESTED ANY MORE: {} was tried again and again, and nobody came to it\n", fault);
    if (!clean || !complete) fmt::print("logs: {}\n{}\n", options.folder.string(), replay);
    if (clean && complete) std::filesystem::remove_all(options.folder);
    fmt::print("{}\n", last_line(outcome));
    return clean && complete && sum.faults > 0 ? 0 : 1;
  } catch (const std::exception& e) {
    fmt::print("{}\nlogs: {}\n{}\nchaos: broken off\n", e.what(), options.folder.string(), replay);
    return 1;
  }
}

}  // namespace
}  // namespace argosy::chaos

int main(int argc, char** argv) {
  argosy::test::heed_signals();
  argosy::chaos::Options options;
  options.seed = std::random_device{}();
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 < argc && argosy::chaos::take(options, argv[i], argv[i + 1])) continue;
    fmt::print(stderr, "argosy_chaos [--seconds N] [--tasks N] [--per-second N] [--seed N] [--only FAULT,FAULT...] [--sql FILE]\n");
    return argosy::chaos::kUsage;
  }
  options.folder = std::filesystem::path(ARGOSY_BINARY_DIR) / "chaos" / fmt::format("seed-{}", options.seed);
  std::filesystem::remove_all(options.folder);
  return argosy::chaos::run(options);
}
