// Does something again and again without a thread of its own: the thread of all streams keeps the time, and one that may block does it.
// Used by processes that call models, for what they tell of them. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "common/llm/call/model.h"
#include "common/llm/traffic/gate.h"

namespace argosy::runtime {

class Ticker {
 public:
  // `what` is done after `every` for the first time, and so long after its last end again; where nobody has time for it, a time is left
  // out.
  Ticker(llm::After after, llm::RunBlocking run, std::chrono::milliseconds every, std::function<void()> what);
  // Waits for what is being done; afterwards nothing is. Before whatever `after` and `run` belong to ends.
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  struct State;
  static void wait(const std::shared_ptr<State>& state);
  static void run(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace argosy::runtime
