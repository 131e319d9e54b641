#include "common/llm/layers/open_calls.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace argosy::llm {
namespace {

struct Call {
  std::stop_source stop;
  std::optional<std::stop_callback<std::function<void()>>> on_stop;  // of whoever asked
};

}  // namespace

struct OpenCalls::State {
  std::mutex mutex;
  std::condition_variable ended;
  std::set<std::shared_ptr<Call>> calls;
  bool is_stopped = false;

  bool begin(const std::shared_ptr<Call>& call) {
    const std::scoped_lock lock(mutex);
    if (!is_stopped) calls.insert(call);
    return !is_stopped;
  }
  void end(const std::shared_ptr<Call>& call) {
    const std::scoped_lock lock(mutex);
    calls.erase(call);
    if (calls.empty()) ended.notify_all();
  }
};

OpenCalls::OpenCalls(std::shared_ptr<Model> inner) : inner_(std::move(inner)), state_(std::make_shared<State>()) {}

OpenCalls::~OpenCalls() { stop(); }

void OpenCalls::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  const auto call = std::make_shared<Call>();
  if (!state_->begin(call)) return done({.answer = {}, .fault = make_fault(FaultKind::cancelled, "no calls are made any more")});
  call->on_stop.emplace(options.stop, [stop = call->stop]() mutable { stop.request_stop(); });
  options.stop = call->stop.get_token();
  inner_->start(std::move(request), std::move(options), [state = state_, call, done = std::move(done)](CallResult result) {
    call->on_stop.reset();
    done(std::move(result));
    state->end(call);
  });
}

void OpenCalls::stop() {
  std::unique_lock lock(state_->mutex);
  state_->is_stopped = true;
  const auto open = state_->calls;
  lock.unlock();
  for (const auto& call : open) call->stop.request_stop();
  lock.lock();
  state_->ended.wait(lock, [this] { return state_->calls.empty(); });
}

}  // namespace argosy::llm
