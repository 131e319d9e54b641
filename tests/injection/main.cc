// All cases in all carriers, enforced; then once more in a process of its own where the failpoint policy.off takes the enforcement away,
// which proves that the cases are none that nobody could fail. --table, --only CASE.
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "tests/injection/pair.h"

namespace argosy::injection {
namespace {

constexpr std::size_t kLeastCases = 60;
constexpr double kLeastUnenforced = 90;  // percent

struct Options {
  bool table = false, bare = false;  // bare: only what is seen, for the process that asked
  std::string only;
};
struct Count {
  std::size_t pairs = 0, reached = 0, violations = 0, pushed = 0;
};

Count run_all(const std::vector<Case>& cases, const Options& options) {
  House house(cases);
  Count count;
  for (const auto& one : cases) {
    if (!options.only.empty() && one.id != options.only) continue;
    std::string row;
    for (const auto carrier : kCarriers) {
      const auto seen = house.run(one, carrier);
      const auto what = violation(one, carrier, seen);
      ++count.pairs;
      count.reached += seen.reached ? 1 : 0;
      count.violations += what.empty() ? 0 : 1;
      count.pushed += seen.pushed ? 1 : 0;
      row += fmt::format(" {:>14}", !seen.reached ? "not reached" : what.empty() ? "-" : "VIOLATED");
      const bool tells = !options.bare && (!what.empty() || !seen.reached);
      if (tells || !options.only.empty())
        fmt::print("{} in {}: reached={} {} rounds={} end={}\n", one.id, to_string(carrier), seen.reached, what, seen.rounds, seen.end);
    }
    if (options.table) fmt::print("{:<26}{}\n", one.id, row);
  }
  return count;
}

// This program again, with nothing that enforces. Negative: it did not come to its end.
double unenforced_percent(const char* self, const Options& options) {
  Command command{.argv = {self, "--bare"}, .env = minimal_env()};
  if (options.table) command.argv.emplace_back("--table");
  if (!options.only.empty()) command.argv.insert(command.argv.end(), {"--only", options.only});
  command.env["ARGOSY_FAILPOINTS_SPEC"] = "policy.off=error";
  const auto done = run(command);
  if (!done || done->exit_code != 0) return -1;
  if (options.table || !options.only.empty()) fmt::print("\nWith the enforcement switched off:\n{}\n", done->out);
  const auto lines = text::lines(text::trim(done->out));
  const auto words = text::split(lines.empty() ? std::string_view() : lines.back(), ' ');
  if (words.size() != 3 || words[0] != "bare") return -1;
  const auto pairs = text::to_int(words[1]), violated = text::to_int(words[2]);
  return pairs && violated && *pairs > 0 ? 100.0 * static_cast<double>(*violated) / static_cast<double>(*pairs) : -1;
}

int main_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--table") == 0) options.table = true;
    if (std::strcmp(argv[i], "--bare") == 0) options.bare = true;
    if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) options.only = argv[++i];
  }
  const auto cases = cases_in(ARGOSY_INJECTION_CASES);
  if (!cases) {
    fmt::print("{}\n", to_string(cases.error()));
    return 2;
  }
  if (options.table) {
    fmt::print("{:<26}", "case");
    for (const auto carrier : kCarriers) fmt::print(" {:>14}", to_string(carrier));
    fmt::print("\n");
  }
  const auto count = run_all(*cases, options);
  if (options.bare) {
    fmt::print("bare {} {}\n", count.pairs, count.violations);
    return 0;
  }
  const auto percent = unenforced_percent("/proc/self/exe", options);
  fmt::print("injections: cases={} carriers={} pairs={} reached={} violations={} unenforced={:.0f}%\n", cases->size(), kCarriers.size(),
             count.pairs, count.reached, count.violations, percent);
  const bool enough = cases->size() >= kLeastCases || !options.only.empty();
  return enough && count.reached == count.pairs && count.violations == 0 && percent >= kLeastUnenforced ? 0 : 1;
}

}  // namespace
}  // namespace argosy::injection

int main(int argc, char** argv) { return argosy::injection::main_of(argc, argv); }
