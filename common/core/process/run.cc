#include "common/core/subprocess.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "common/core/clock.h"
#include "common/core/process/spawn.h"

namespace argosy {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAskCancelledEvery{100};
constexpr milliseconds kDrainAfterExit{1000};  // for what is left in the pipes when a descendant that fled the group holds them open
constexpr std::size_t kReadPiece = 64u << 10;

milliseconds now() { return std::chrono::duration_cast<milliseconds>(system_clock().boot_time()); }

// Writes without SIGPIPE, whatever this process does with that signal: it is blocked here and taken back when our write raised it.
ssize_t write_without_signal(int fd, std::string_view bytes) {
  sigset_t pipe_signal, before, pending;
  ::sigemptyset(&pipe_signal);
  ::sigaddset(&pipe_signal, SIGPIPE);
  ::sigpending(&pending);
  const bool was_pending = ::sigismember(&pending, SIGPIPE) == 1;
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
  const int problem = errno;
  if (wrote < 0 && problem == EPIPE && !was_pending) {
    const timespec no_wait{};
    ::sigtimedwait(&pipe_signal, nullptr, &no_wait);
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = problem;
  return wrote;
}

// Feeds and drains one child until it has ended and its pipes are empty.
class Conversation {
 public:
  Conversation(const Command& command, Spawned child)
      : command_(command), child_(std::move(child)), unwritten_(command.input), started_(now()), deadline_(started_ + command.timeout) {
    if (unwritten_.empty()) child_.input.reset();
  }

  Completed finish() {
    while (!ended_ || ((child_.out || child_.err) && now() < drain_until_)) turn();
    int status = 0;
    while (::waitpid(child_.pid, &status, 0) < 0 && errno == EINTR) {
    }
    done_.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    done_.duration = now() - started_;
    return std::move(done_);
  }

 private:
  void turn() {
    std::array<pollfd, 4> polled{
        {{child_.exited.get(), POLLIN, 0}, {child_.input.get(), POLLOUT, 0}, {child_.out.get(), POLLIN, 0}, {child_.err.get(), POLLIN, 0}}};
    if (ended_) polled[0].fd = -1;
    ::poll(polled.data(), polled.size(), static_cast<int>(wait().count()));
    if (polled[1].revents != 0) feed();
    if (polled[2].revents != 0) drain(child_.out, done_.out, done_.out_truncated, false);
    if (polled[3].revents != 0) drain(child_.err, done_.err, done_.err_truncated, true);
    if (polled[0].revents != 0) {
      ended_ = true;
      drain_until_ = now() + kDrainAfterExit;
      child_.input.reset();
      kill_group();  // what it left running in its group: nothing outlives the run
    }
    if (!ended_ && !killed_) check_limits();
  }

  milliseconds wait() const {
    if (ended_) return std::max(drain_until_ - now(), milliseconds(0));
    if (killed_) return kAskCancelledEvery;
    const milliseconds left = std::max(deadline_ - now(), milliseconds(0));
    return command_.cancelled ? std::min(left, kAskCancelledEvery) : std::min(left, milliseconds(60'000));
  }

  void check_limits() {
    if (asked_) {
      if (now() >= deadline_) kill_group();
      return;
    }
    done_.timed_out = now() >= deadline_;
    done_.cancelled = !done_.timed_out && command_.cancelled && command_.cancelled();
    if (done_.timed_out || done_.cancelled) stop();
  }

  void stop() {
    if (!command_.ask_to_end || command_.grace.count() == 0) return kill_group();
    command_.ask_to_end();
    asked_ = true;
    deadline_ = now() + command_.grace;
  }

  void kill_group() {
    killed_ = true;
    ::kill(-child_.pid, SIGKILL);
  }

  void feed() {
    const ssize_t wrote = write_without_signal(child_.input.get(), unwritten_);
    if (wrote > 0) unwritten_.remove_prefix(static_cast<std::size_t>(wrote));
    // A child that does not read to the end has its reasons; its exit code tells.
    if (unwritten_.empty() || (wrote < 0 && errno != EAGAIN && errno != EINTR)) child_.input.reset();
  }

  void drain(Fd& from, std::string& kept, bool& truncated, bool is_stderr) {
    std::array<char, kReadPiece> buffer;
    const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      from.reset();
      return;
    }
    const std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
    if (command_.on_output) command_.on_output(piece, is_stderr);
    const std::size_t room = command_.max_output - std::min(kept.size(), command_.max_output);
    kept.append(piece.substr(0, room));
    truncated = truncated || piece.size() > room;
  }

  const Command& command_;
  Spawned child_;
  Completed done_;
  std::string_view unwritten_;
  milliseconds started_, deadline_, drain_until_{};
  bool ended_ = false, asked_ = false, killed_ = false;
};

}  // namespace

Result<Completed> run(const Command& command) {
  ARGOSY_TRY(Spawned child, spawn(command));
  return Conversation(command, std::move(child)).finish();
}

std::map<std::string, std::string> minimal_env() {
  std::map<std::string, std::string> env;
  for (const char* name : {"PATH", "HOME", "LANG", "TMPDIR"}) {
    if (const char* value = std::getenv(name)) env[name] = value;
  }
  return env;
}

}  // namespace argosy
