#include "common/core/failpoint.h"

#ifdef ARGOSY_FAILPOINTS

#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "common/core/text.h"

namespace argosy::failpoint {
namespace {

struct Action {
  enum Kind { kill_process, delay, error, hang, off } kind = off;
  std::chrono::milliseconds wait{};
  std::int64_t hits_left = -1;  // negative: no end
};

// A misspelled spec would make a crash test pass without a crash: it ends the process instead.
[[noreturn]] void refuse(std::string_view part) {
  std::fprintf(stderr, "ARGOSY_FAILPOINTS_SPEC: cannot read \"%.*s\"\n", static_cast<int>(part.size()), part.data());
  std::abort();
}

Action action_from(std::string_view part, std::string_view text) {
  Action action;
  if (const std::size_t star = text.rfind('*'); star != std::string_view::npos) {
    const auto hits = text::to_int(text.substr(star + 1));
    if (!hits || *hits < 1) refuse(part);
    action.hits_left = *hits;
    text = text.substr(0, star);
  }
  if (text == "kill")
    action.kind = Action::kill_process;
  else if (text == "error")
    action.kind = Action::error;
  else if (text == "hang")
    action.kind = Action::hang;
  else if (text.starts_with("delay(") && text.ends_with(')')) {
    const auto wait = text::to_int(text.substr(6, text.size() - 7));
    if (!wait || *wait < 0) refuse(part);
    action.kind = Action::delay;
    action.wait = std::chrono::milliseconds(*wait);
  } else if (text != "off")
    refuse(part);
  return action;
}

struct Table {
  std::mutex mutex;
  std::map<std::string, Action, std::less<>> actions;

  Table() {
    const char* spec = std::getenv("ARGOSY_FAILPOINTS_SPEC");
    if (spec == nullptr) return;
    for (const std::string_view part : text::split(spec, ';')) {
      if (text::trim(part).empty()) continue;
      const std::size_t equals = part.find('=');
      if (equals == std::string_view::npos) refuse(part);
      actions.emplace(text::trim(part.substr(0, equals)), action_from(part, text::trim(part.substr(equals + 1))));
    }
  }
};

Action take(std::string_view name) {
  static Table table;
  if (table.actions.empty()) return {};
  const std::lock_guard lock(table.mutex);
  const auto hit = table.actions.find(name);
  if (hit == table.actions.end() || hit->second.hits_left == 0) return {};
  if (hit->second.hits_left > 0) --hit->second.hits_left;
  return hit->second;
}

// Told before it happens, so that a test can wait for the moment.
void tell(std::string_view name) { std::fprintf(stderr, "failpoint %.*s\n", static_cast<int>(name.size()), name.data()); }

}  // namespace

bool hit(std::string_view name) {
  const Action action = take(name);
  if (action.kind != Action::off) tell(name);
  switch (action.kind) {
    case Action::off:
      return false;
    case Action::error:
      return true;
    case Action::delay:
      std::this_thread::sleep_for(action.wait);
      return false;
    case Action::kill_process:
      ::kill(::getpid(), SIGKILL);
      [[fallthrough]];  // the signal may take a moment
    case Action::hang:
      for (;;) ::pause();
  }
  return false;
}

}  // namespace argosy::failpoint

#endif
