#include "common/runtime/models/ticker.h"

#include <mutex>
#include <utility>

namespace argosy::runtime {

struct Ticker::State {
  llm::After after;
  llm::RunBlocking run;
  std::chrono::milliseconds every;
  std::function<void()> what;
  std::mutex mutex;  // over `stopped`, and held while it is done
  bool stopped = false;
};

Ticker::Ticker(llm::After after, llm::RunBlocking run, std::chrono::milliseconds every, std::function<void()> what)
    : state_(std::make_shared<State>(std::move(after), std::move(run), every, std::move(what))) {
  wait(state_);
}

Ticker::~Ticker() {
  const std::scoped_lock lock(state_->mutex);
  state_->stopped = true;
}

void Ticker::wait(const std::shared_ptr<State>& state) {
  state->after(state->every, [weak = std::weak_ptr(state)] {
    const auto alive = weak.lock();
    if (!alive) return;
    // Nobody has time: the next time, then. What was dropped is not called, so it is this thread that goes on.
    if (!alive->run([weak] {
          if (const auto still = weak.lock()) run(still);
        }))
      wait(alive);
  });
}

void Ticker::run(const std::shared_ptr<State>& state) {
  const std::scoped_lock lock(state->mutex);
  if (state->stopped) return;
  state->what();
  wait(state);
}

}  // namespace argosy::runtime
