#include <array>
#include <optional>

#include <fmt/format.h>

#include "common/core/file.h"
#include "workers/cli/sim/commands.h"
#include "workers/cli/sim/plot.h"
#include "workers/cli/sim/replay.h"

namespace argosy::cli {
namespace {

using AllSettings = std::map<std::string, ScaleSettings, std::less<>>;
using Outcomes = std::vector<std::pair<std::string, ReplayOutcome>>;

constexpr auto kSettingsFile = "infra/k8s/scaling.json";
constexpr std::int64_t kLongestStart = 3600;

Result<AllSettings> settings_of(const Arguments& arguments) {
  const auto text = read_file(arguments.value("--settings").value_or(kSettingsFile));
  if (!text) return fail_user("no_settings", text.error().message, "name a file like infra/k8s/scaling.json with --settings");
  ARGOSY_TRY(auto file, json::parse(*text));
  ARGOSY_TRY_VOID(scale_settings_from(*text));
  for (const auto& change : arguments.values("--set")) ARGOSY_TRY_VOID(change_setting(file, change));
  return scale_settings_from(json::dump(file));
}

Result<ReplayOptions> options_of(const Arguments& arguments) {
  ReplayOptions options;
  ARGOSY_TRY(const auto start, arguments.number("--start", 0, kLongestStart));
  ARGOSY_TRY(const auto seed, arguments.number("--seed", 1, std::numeric_limits<std::int64_t>::max()));
  if (start) options.pod_start_s = static_cast<double>(*start);
  if (seed) options.seed = static_cast<std::uint64_t>(*seed);
  const auto victims = arguments.value("--victims").value_or("cost");
  if (victims != "cost" && victims != "random") return usage_error("--victims is cost or random");
  options.by_deletion_cost = victims == "cost";
  return options;
}

Result<Outcomes> run_all(const Trace& trace, const AllSettings& settings, const ReplayOptions& options,
                         const std::optional<std::string>& only) {
  Outcomes outcomes;
  for (const auto& [queue, arrivals] : trace) {
    if (only && queue != *only) continue;
    const auto found = settings.find(queue);
    if (found == settings.end()) return fail_user("unknown_queue", fmt::format("the trace names the queue {}, the settings do not", queue));
    outcomes.emplace_back(queue, replay(arrivals, found->second, options));
  }
  if (outcomes.empty()) return usage_error(fmt::format("the trace has nothing of the queue {}", only.value_or("")));
  return outcomes;
}

double wasted_pct(const ReplayOutcome& outcome) { return outcome.run_s > 0 ? 100 * outcome.wasted_s / outcome.run_s : 0; }

std::string table(const Outcomes& outcomes) {
  auto out = fmt::format("{:<14} {:>6} {:>8} {:>5} {:>5} {:>7} {:>7} {:>7} {:>8} {:>8} {:>8} {:>8}\n", "queue", "steps", "first_s", "peak",
                         "over", "busy_k", "handed", "waste_%", "cost_min", "idle_min", "p50_s", "p95_s");
  for (const auto& [queue, one] : outcomes) {
    out += fmt::format("{:<14} {:>6} {:>8.1f} {:>5} {:>5} {:>7} {:>7} {:>7.2f} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f}\n", queue, one.steps,
                       one.first_worker_s, one.peak_replicas, one.overshoot, one.busy_killed, one.handed_back, wasted_pct(one),
                       one.worker_minutes, one.idle_minutes, one.p50_s, one.p95_s);
  }
  return out;
}

std::string as_json(const Outcomes& outcomes) {
  json::Object all;
  for (const auto& [queue, one] : outcomes) {
    all.append(queue, json::Object{{"steps", one.steps},
                                   {"first_worker_s", one.first_worker_s},
                                   {"peak_replicas", one.peak_replicas},
                                   {"overshoot_replicas", one.overshoot},
                                   {"busy_workers_killed", one.busy_killed},
                                   {"steps_handed_back", one.handed_back},
                                   {"wasted_pct", wasted_pct(one)},
                                   {"worker_minutes", one.worker_minutes},
                                   {"idle_minutes", one.idle_minutes},
                                   {"start_delay_p50_s", one.p50_s},
                                   {"start_delay_p95_s", one.p95_s},
                                   {"last_step_s", one.ended_s}});
  }
  return json::dump_pretty(std::move(all)) + "\n";
}

int scale(const Arguments& arguments) {
  const auto file = arguments.value("--trace");
  if (!file) return wrong_usage("--trace FILE is missing");
  const auto settings = settings_of(arguments);
  if (!settings) return report(settings.error());
  const auto options = options_of(arguments);
  if (!options) return report(options.error());
  const auto text = read_file(*file);
  if (!text) return report(text.error());
  const auto trace = trace_from(*text);
  if (!trace) return report(trace.error());
  const auto outcomes = run_all(*trace, *settings, *options, arguments.value("--queue"));
  if (!outcomes) return report(outcomes.error());
  if (const auto plot = arguments.value("--plot")) {
    if (const auto written = write_file_atomic(*plot, plot_of(*outcomes, *settings)); !written) return report(written.error());
  }
  fmt::print("{}", arguments.has("--json") ? as_json(*outcomes) : table(*outcomes));
  return kSucceeded;
}

constexpr std::array kScaleOptions{
    Option{"--trace", "FILE", "what arrived: CSV or JSON, see above"},
    Option{"--settings", "FILE", "how the queues scale (default: infra/k8s/scaling.json)"},
    Option{"--set", "NAME=NUMBER", "another number in all queues: pollingInterval=10, scaleDown.policies.0.value=25", true},
    Option{"--queue", "QUEUE", "this one only"},
    Option{"--start", "SECONDS", "how long a pod takes to its first claim (default 10)"},
    Option{"--victims", "HOW", "who is scaled in: cost (by pod-deletion-cost, the default) or random"},
    Option{"--seed", "N", "of what is left to chance (default 1)"},
    Option{"--plot", "FILE", "write the picture there (SVG)"},
    Option{"--json", "", "print JSON"},
};

constexpr std::array kSimulations{
    Command{
        "scale", "", 0, 0, "replay arrivals through KEDA's and the HPA's arithmetic",
        "A trace says when steps became runnable: CSV with the header time_s,queue,duration_s (and count, if some came together), or a\n"
        "JSON list of {\"time_s\": 0.5, \"queue\": \"testing\", \"duration_s\": 41, \"count\": 1}. The metric is Argosy's own: steps ready "
        "and\n"
        "running. KEDA polls it (activation, from and to zero after the cool-down), the HPA asks every 15 s (10 % tolerance, "
        "stabilization\n"
        "windows, policies); pods take --start seconds; who is scaled in finishes within two thirds of the grace\n"
        "period (ARGOSY_DRAIN_TIMEOUT_MS as shipped, about) or hands back.\n\n"
        "first_s: from the first arrival to a worker; over: replicas at their peak beyond what the load at its peak needs; busy_k: "
        "workers\n"
        "scaled in while they ran steps; handed: steps that were begun anew because of that, waste_% their share of all run time;\n"
        "cost_min, idle_min: minutes of workers, and of those without a step; p50_s, p95_s: from runnable to running.",
        kScaleOptions, scale},
};

}  // namespace

std::span<const Command> simulations() { return kSimulations; }

}  // namespace argosy::cli
