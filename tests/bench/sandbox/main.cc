// bench_sandbox: how long a sandbox takes from the call to the first instruction of its program, over RUNS starts one after the other, and
// whether 50 at the same time all come up. The program is bench_say_when: the first thing it does is to read the clock that all share.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/sandbox/sandbox.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr int kRuns = 500;
constexpr int kWarmUp = 20;
constexpr int kAtOnce = 50;

std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

// Milliseconds to the first instruction; a negative number when the sandbox failed, which is told on stderr.
double start_once(const fs::path& program, const fs::path& folder) {
  Job job;
  job.workspace = folder / "workspace";
  fs::create_directory(job.workspace);
  job.read_only_at = {{"/opt/say-when", program}};
  job.argv = {"/opt/say-when"};
  const auto before = monotonic_ns();
  const auto done = Sandbox(Class::bwrap).run(job);
  if (!done || done->exit_code != 0) {
    fmt::print(stderr, "{}\n", done ? done->err : to_string(done.error()));
    return -1;
  }
  const auto then = text::to_int(text::trim(done->out));
  return then ? static_cast<double>(*then - before) / 1e6 : -1;
}

int at_once(const fs::path& program, const fs::path& folder) {
  std::atomic<int> fine = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kAtOnce; ++i)
    threads.emplace_back([&, i] {
      const auto own = folder / fmt::format("at-once-{}", i);
      fs::create_directory(own);
      if (start_once(program, own) >= 0) ++fine;
    });
  threads.clear();
  return fine;
}

int measure() {
  const TempDir folder("bench-sandbox");
  // Static, as the smallest program is: what a language's runtime needs to start is not the sandbox's.
  const auto program = fs::read_symlink("/proc/self/exe").parent_path() / "bench_say_when";
  std::vector<double> took;
  for (int i = 0; i < kWarmUp + kRuns; ++i) {
    const auto own = folder.path() / std::to_string(i);
    fs::create_directory(own);
    const auto ms = start_once(program, own);
    if (ms < 0) return 1;
    if (i >= kWarmUp) took.push_back(ms);
  }
  std::ranges::sort(took);
  const auto at = [&](double part) { return took[static_cast<std::size_t>(part * (kRuns - 1))]; };
  fmt::print("{} starts, ms: min {:.2f}  p50 {:.2f}  p90 {:.2f}  p99 {:.2f}  max {:.2f}\n", kRuns, took.front(), at(0.5), at(0.9), at(0.99),
             took.back());
  const int fine = at_once(program, folder.path());
  fmt::print("sandbox: p50_ms={:.2f} p99_ms={:.2f} concurrent_ok={}\n", at(0.5), at(0.99), fine);
  return fine == kAtOnce ? 0 : 1;
}

}  // namespace
}  // namespace argosy::sandbox

int main() { return argosy::sandbox::measure(); }
