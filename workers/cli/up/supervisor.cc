#include "workers/cli/up/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "common/core/file.h"

namespace argosy::cli {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

constexpr milliseconds kAskStarting{150};  // how often a part that is not ready yet is asked
constexpr milliseconds kAskReady{5'000};   // and one that was ready
constexpr milliseconds kSayAfter{5'000};   // a part that is not ready by then says why
constexpr milliseconds kFirstPause{500};   // before a dead part is started again; doubled each time
constexpr milliseconds kLongestPause{30'000};
constexpr milliseconds kSteadyAfter{60'000};  // a part that ran so long starts again with the first pause
constexpr int kDeathsAtStart = 3;             // a part that dies so often before it was ever ready ends the start-up
constexpr std::size_t kTailBytes = 2'000;
constexpr std::uintmax_t kMaxLogBytes = 64u << 20;  // a log that passes it starts anew

SteadyTime now() { return std::chrono::steady_clock::now(); }

std::string tail(const std::filesystem::path& log) {
  const auto text = read_file(log, kMaxLogBytes * 2).value_or("");
  return text.size() > kTailBytes ? "..." + text.substr(text.size() - kTailBytes) : text;
}

std::string ending(int exit_code) {
  return exit_code > 128 ? fmt::format("was killed by signal {}", exit_code - 128) : fmt::format("ended with {}", exit_code);
}

}  // namespace

struct Supervisor::Running {
  Part part;
  std::optional<Child> child{};
  bool ready = false, was_ready = false;
  int deaths = 0;  // since it last ran steadily
  std::string problem = "starting", said_problem{};
  SteadyTime started{}, next_ask{}, start_at{};
  std::optional<SteadyTime> kill_at{};  // it was asked to stop because its ground is gone
};

Supervisor::Supervisor(Say say) : say_(std::move(say)) {
  sigset_t asked;
  ::sigemptyset(&asked);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&asked, number);
  ::pthread_sigmask(SIG_BLOCK, &asked, nullptr);
  signals_ = ::signalfd(-1, &asked, SFD_NONBLOCK | SFD_CLOEXEC);
}

Supervisor::~Supervisor() {
  stop();
  ::close(signals_);
}

void Supervisor::start(Part part) {
  parts_.push_back(std::make_unique<Running>(Running{.part = std::move(part)}));
  launch(*parts_.back());
}

void Supervisor::launch(Running& part) {
  auto child = Child::start(part.part.child());
  part.started = part.next_ask = now();
  part.ready = false;
  if (child) {
    part.child = std::move(*child);
    return;
  }
  part.problem = to_string(child.error());
  // What is missing or may not be run does not come by trying again at once.
  part.deaths += child.error().category == Category::transient ? 1 : kDeathsAtStart;
  part.start_at = now() + kLongestPause;
  say_(part.part.name, part.problem);
}

void Supervisor::take_signal() {
  signalfd_siginfo info{};
  bool any = false;
  while (::read(signals_, &info, sizeof info) == sizeof info) any = true;
  if (any && stop_requested_) kill_requested_ = true;
  if (any) stop_requested_ = true;
}

void Supervisor::turn(milliseconds longest) {
  std::vector<pollfd> watched{{signals_, POLLIN, 0}};
  auto until = now() + longest;
  for (const auto& part : parts_) {
    if (part->child) watched.push_back({part->child->pidfd(), POLLIN, 0});
    if (part->child) {
      until = std::min(until, part->kill_at.value_or(part->next_ask));
    } else if (!ground_is_missing(*part)) {
      until = std::min(until, part->start_at);
    }
  }
  const auto wait = std::chrono::ceil<milliseconds>(until - now());
  ::poll(watched.data(), watched.size(), static_cast<int>(std::max<std::int64_t>(0, wait.count())));
  take_signal();
  for (const auto& part : parts_) {
    if (stop_requested_) return;
    look_after(*part);
  }
}

void Supervisor::look_after(Running& part) {
  if (!part.child) {
    if (now() >= part.start_at && !ground_is_missing(part)) launch(part);
    return;
  }
  if (const auto code = part.child->wait(milliseconds(0))) return note_death(part, *code);
  if (part.kill_at) {
    if (now() >= *part.kill_at) part.child->signal_group(SIGKILL);
    return;
  }
  if (now() >= part.next_ask) ask(part);
}

void Supervisor::note_death(Running& part, int exit_code) {
  part.child.reset();
  part.ready = false;
  if (std::exchange(part.kill_at, {})) {  // as it was told
    part.start_at = now();
    return;
  }
  if (now() - part.started >= kSteadyAfter) part.deaths = 0;
  const auto pause = std::min(kLongestPause, kFirstPause * (1 << std::min(part.deaths, 10)));
  ++part.deaths;
  part.start_at = now() + pause;
  say_(part.part.name, fmt::format("{}; starts again in {:.1f} s (log: {})", ending(exit_code), static_cast<double>(pause.count()) / 1000,
                                   part.part.log.string()));
  if (part.part.is_ground) pull_away(part);
}

void Supervisor::pull_away(const Running& ground) {
  for (const auto& part : parts_) {
    if (part->part.stage <= ground.part.stage || !part->child || part->kill_at) continue;
    part->child->signal(part->part.stop_signal);
    part->kill_at = now() + part->part.stop_timeout;
    part->ready = false;
    say_(part->part.name, "stopped until there is a new " + ground.part.name);
  }
}

bool Supervisor::ground_is_missing(const Running& part) const {
  return std::ranges::any_of(
      parts_, [&](const auto& other) { return other->part.is_ground && other->part.stage < part.part.stage && !other->ready; });
}

void Supervisor::ask(Running& part) {
  const auto problem = part.part.problem();
  const bool ready = !problem;
  if (ready && !part.ready) say_(part.part.name, part.part.where ? "ready  " + part.part.where() : "ready");
  const bool worth_saying = !ready && (part.ready || now() - part.started >= kSayAfter) && *problem != part.said_problem;
  if (worth_saying) say_(part.part.name, "not ready: " + *problem);
  if (worth_saying || ready) part.said_problem = problem.value_or("");
  part.ready = ready;
  part.was_ready = part.was_ready || ready;
  part.problem = problem.value_or("");
  part.next_ask = now() + (ready ? kAskReady : kAskStarting);
  std::error_code ignored;
  const auto& log = part.part.log;
  // It is open for appending in the child, so that cutting it is safe.
  if (!log.empty() && std::filesystem::file_size(log, ignored) > kMaxLogBytes && !ignored) std::filesystem::resize_file(log, 0, ignored);
}

Result<void> Supervisor::wait_ready(milliseconds timeout) {
  const auto deadline = now() + timeout;
  for (;;) {
    turn(kAskStarting);
    if (stop_requested_) return fail_user("stop_requested", "stopped while starting");
    const auto waiting = std::ranges::find_if(parts_, [](const auto& part) { return !part->ready; });
    if (waiting == parts_.end()) return {};
    const auto failed = std::ranges::find_if(parts_, [](const auto& part) { return !part->was_ready && part->deaths >= kDeathsAtStart; });
    const auto& culprit = failed != parts_.end() ? **failed : **waiting;
    if (failed == parts_.end() && now() < deadline) continue;
    return fail_user("part_failed", fmt::format("{} does not become ready ({}); the end of its log:\n{}", culprit.part.name,
                                                culprit.problem, tail(culprit.part.log)));
  }
}

bool Supervisor::is_all_ready() const {
  return std::ranges::all_of(parts_, [](const auto& part) { return part->ready; });
}

void Supervisor::run(const std::function<void()>& all_ready) {
  for (bool known = false; !stop_requested_; turn(kAskReady)) {
    const bool ready = is_all_ready();
    if (ready && !known) all_ready();
    known = ready;
  }
}

void Supervisor::stop() {
  stop_requested_ = true;
  int highest = 0;
  for (const auto& part : parts_) highest = std::max(highest, part->part.stage);
  for (int stage = highest; stage >= 0; --stage) {
    const auto of_stage = [&](const auto& part) { return part->part.stage == stage && part->child; };
    for (const auto& part : parts_ | std::views::filter(of_stage)) part->child->signal(part->part.stop_signal);
    const auto sent = now();
    for (const auto& part : parts_ | std::views::filter(of_stage)) await_end(*part, sent);
  }
  parts_.clear();
}

void Supervisor::await_end(Running& part, SteadyTime stop_sent) {
  const auto deadline = stop_sent + part.part.stop_timeout;
  while (!part.child->wait(milliseconds(0))) {
    take_signal();
    if (kill_requested_ || now() >= deadline) {
      say_(part.part.name, kill_requested_ ? "killed" : "does not stop: killed");
      part.child->signal_group(SIGKILL);
      part.child->wait(part.part.stop_timeout);
      return;
    }
    pollfd watched[] = {{signals_, POLLIN, 0}, {part.child->pidfd(), POLLIN, 0}};
    ::poll(watched, 2, static_cast<int>(std::chrono::ceil<milliseconds>(deadline - now()).count()));
  }
}

}  // namespace argosy::cli
