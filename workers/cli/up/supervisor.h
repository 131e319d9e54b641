// Keeps processes running: starts them, asks whether they are ready, starts again what died after growing pauses, and stops all of them,
// stage by stage. Says every change of state in a line. One thread, which must live as long as the supervisor; SIGINT, SIGTERM and
// SIGHUP are taken by it while it lives.
#pragma once

#include <signal.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/core/child.h"
#include "common/core/error.h"

namespace argosy::cli {

struct Part {
  std::string name;
  std::function<ChildOptions()> child;   // how it is started, asked each time
  std::filesystem::path log;             // shown when it fails; cut when it grows too long
  std::function<std::string()> where{};  // said when it is ready: "http://127.0.0.1:8080"
  // Nothing when it is ready, else why not. Called on the supervisor's thread; must be quick.
  std::function<std::optional<std::string>()> problem;
  int stage = 0;  // parts of the highest stage are stopped first, those of one stage together
  // What stands on it knows it by an address that a new start changes: when it dies, all parts of higher stages are stopped, and started
  // again once it is ready.
  bool is_ground = false;
  int stop_signal = SIGTERM;
  std::chrono::milliseconds stop_timeout{40'000};  // longer than a worker's drain
};

class Supervisor {
 public:
  using Say = std::function<void(const std::string& part, const std::string& what)>;
  explicit Supervisor(Say say);
  ~Supervisor();  // stops everything

  void start(Part part);
  // Until all that were started are ready. Errors: stop_requested; part_failed (with the end of its log) when one keeps dying or is not
  // ready after `timeout`.
  Result<void> wait_ready(std::chrono::milliseconds timeout);
  // Until a signal asks to stop. `all_ready` is called at once and whenever everything is ready again after something was not.
  void run(const std::function<void()>& all_ready);
  // Returns when all have ended; a second signal to us, or a part's own time-out, kills.
  void stop();

 private:
  struct Running;
  void turn(std::chrono::milliseconds longest);
  void look_after(Running& part);
  void launch(Running& part);
  void note_death(Running& part, int exit_code);
  void pull_away(const Running& ground);
  bool ground_is_missing(const Running& part) const;
  bool is_all_ready() const;
  void ask(Running& part);
  void await_end(Running& part, std::chrono::steady_clock::time_point stop_sent);
  void take_signal();

  Say say_;
  int signals_ = -1;
  bool stop_requested_ = false, kill_requested_ = false;
  std::vector<std::unique_ptr<Running>> parts_;
};

}  // namespace argosy::cli
