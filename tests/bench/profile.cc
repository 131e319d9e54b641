#include "tests/bench/profile.h"

#include <signal.h>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "tests/bench/world/proc.h"

namespace argosy::bench {
namespace {

constexpr int kFunctions = 25, kStatements = 30;
constexpr std::size_t kSymbolLines = 70;
constexpr std::size_t kShownOfAStatement = 110;
constexpr int kSamplesASecond = 499;  // beside the beat of timers
constexpr std::chrono::seconds kPerfEnds{30};

std::string on_one_line(std::string text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == ' ' || c == '\t';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  return text::ellipsize(line, kShownOfAStatement);
}

}  // namespace

Profile::Profile(World& world, std::filesystem::path folder) : world_(world), folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
}

Profile::~Profile() = default;

void Profile::begin() {
  world_.sql().query("SELECT pg_stat_reset(), pg_stat_statements_reset()");
  before_ = cpu_by_thread();
  start_perf();
}

std::string Profile::end(double steps) {
  auto report = threads(steps) + functions(steps) + statements(steps);
  return report + symbols();
}

// "codegen rdk:main", "postgres argosy-codegen", "broker".
std::map<std::string, double> Profile::cpu_by_thread() const {
  std::map<std::string, double> all;
  for (const auto& [name, process] : world_.processes()) {
    for (const auto& [thread, seconds] : thread_cpu_seconds(process.pid())) all[name + " " + thread] += seconds;
  }
  all["broker"] = cpu_seconds(world_.broker_pid());
  for (const auto& row : world_.sql().query("SELECT pid, coalesce(nullif(application_name, ''), backend_type) FROM pg_stat_activity")) {
    all["postgres " + row[1]] += cpu_seconds(static_cast<pid_t>(std::stol(row[0])));
  }
  return all;
}

std::string Profile::threads(double steps) const {
  std::vector<std::pair<double, std::string>> used;
  for (const auto& [name, seconds] : cpu_by_thread()) {
    const auto before = before_.find(name);
    used.emplace_back(seconds - (before == before_.end() ? 0 : before->second), name);
  }
  std::ranges::sort(used, std::greater());
  std::string text = "CPU by thread and backend, us a step\n";
  for (const auto& [seconds, name] : used) {
    if (seconds > 0) text += fmt::format("{:>9.2f}  {}\n", seconds * 1e6 / steps, name);
  }
  return text;
}

std::string Profile::functions(double steps) {
  const auto rows = world_.sql().query(fmt::format(
      "SELECT funcname, calls, total_time, self_time FROM pg_stat_user_functions WHERE calls > 0 ORDER BY self_time DESC LIMIT {}",
      kFunctions));
  std::string text =
      "\nPostgres by function: wall time, us a step (self: without the functions it calls)\n     self     total  calls/step  us/call\n";
  for (const auto& row : rows) {
    const double calls = std::stod(row[1]), total = std::stod(row[2]) * 1e3, self = std::stod(row[3]) * 1e3;
    text += fmt::format("{:>9.2f} {:>9.2f}  {:>10.4f} {:>8.0f}  {}\n", self / steps, total / steps, calls / steps, total / calls, row[0]);
  }
  return text;
}

std::string Profile::statements(double steps) {
  const auto rows = world_.sql().query(fmt::format(
      "SELECT calls, total_exec_time, rows, wal_bytes, shared_blks_hit + shared_blks_read, toplevel, query FROM pg_stat_statements "
      "WHERE userid = (SELECT oid FROM pg_roles WHERE rolname = 'argosy') ORDER BY total_exec_time DESC LIMIT {}",
      kStatements));
  std::string text =
      "\nPostgres by statement (> inside a function): wall time, us a step\n       us  calls/step  rows/call  WAL/step  blocks/step\n";
  for (const auto& row : rows) {
    const double calls = std::stod(row[0]);
    text += fmt::format("{:>9.2f}  {:>10.4f} {:>10.1f} {:>9.1f} {:>12.2f}  {}{}\n", std::stod(row[1]) * 1e3 / steps, calls / steps,
                        std::stod(row[2]) / calls, std::stod(row[3]) / steps, std::stod(row[4]) / steps, row[5] == "t" ? "" : "> ",
                        on_one_line(row[6]));
  }
  return text;
}

// The processes that are there now; the bench's own backend is not one of them.
void Profile::start_perf() {
  std::vector<std::string> pids;
  for (const auto& [name, process] : world_.processes()) pids.push_back(fmt::to_string(process.pid()));
  pids.push_back(fmt::to_string(world_.broker_pid()));
  for (const auto backend : children(world_.postgres_pid())) {
    if (backend != world_.sql().process_id()) pids.push_back(fmt::to_string(backend));
  }
  ChildOptions perf;
  perf.argv = {
      "perf", "record", "-q", "-F", fmt::to_string(kSamplesASecond), "-o", (folder_ / "perf.data").string(), "-p", text::join(pids, ",")};
  perf.env = minimal_env();
  perf.output = folder_ / "perf.log";
  auto started = Child::start(perf);
  if (started) perf_ = std::move(*started);
}

std::string Profile::symbols() {
  if (!perf_) return "\nBy symbol: perf is not installed (Debian: linux-perf)\n";
  perf_->signal(SIGINT);
  if (!perf_->wait(kPerfEnds)) return "\nBy symbol: perf does not end\n";
  std::string text;
  for (const char* sort : {"comm,dso", "comm,dso,symbol"}) {
    Command command;
    command.argv = {"perf", "report", "-i", (folder_ / "perf.data").string(), "--stdio", "-q", "--sort", sort, "--percent-limit", "0.3"};
    command.env = minimal_env();
    const auto done = argosy::run(command);
    if (!done || done->exit_code != 0) return "\nBy symbol: perf cannot read here, see " + (folder_ / "perf.log").string() + "\n";
    text += fmt::format("\nSamples by {}, %\n", sort);
    std::size_t lines = 0;
    for (const auto line : text::lines(done->out)) {
      if (!text::trim(line).empty() && ++lines <= kSymbolLines) text += fmt::format("  {}\n", text::trim(line));
    }
  }
  return text;
}

}  // namespace argosy::bench
