#include "common/llm/call/retrying_model.h"

#include <atomic>
#include <utility>

namespace argosy::llm {
namespace {

// One call with its tries. Lives as long as its callbacks.
class Tries : public std::enable_shared_from_this<Tries> {
 public:
  Tries(Model& inner, const After& after, const std::function<double()>& random, const RetrySettings& settings, CallOptions options,
        OnDone done)
      : inner_(inner), after_(after), random_(random), settings_(settings), options_(std::move(options)), done_(std::move(done)) {}

  void start(std::shared_ptr<const Request> request) {
    request_ = std::move(request);
    next();
  }

 private:
  void next() {
    ++turns_;
    inner_.start(request_, options_, [self = shared_from_this()](CallResult result) { self->tried(std::move(result)); });
  }

  void tried(CallResult result) {
    tries_ += result.tries;
    ever_billed_ = ever_billed_ || result.may_be_billed;
    const auto wait = wait_after(result);
    if (!wait) return finish(std::move(result));
    if (options_.on_restart) options_.on_restart();
    last_ = std::move(result);
    waiting_ = true;
    // Before the timer, which may run at once on its own thread. A stop that was asked for already runs in here.
    on_stop_.emplace(options_.stop, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->stopped();
    });
    after_(*wait, [self = shared_from_this()] { self->wake(); });
  }

  std::optional<std::chrono::milliseconds> wait_after(const CallResult& result) const {
    if (!result.fault || !rule_of(result.fault->kind).try_again || options_.stop.stop_requested()) return std::nullopt;
    if (turns_ > settings_.policy.fast_retries) return std::nullopt;
    const auto wait = tasks::retry_delay(settings_.policy, result.fault->error, turns_, random_());
    return wait && *wait <= settings_.longest_held ? wait : std::nullopt;
  }

  void wake() {
    if (!waiting_.exchange(false)) return;
    on_stop_.reset();
    next();
  }

  void stopped() {
    if (!waiting_.exchange(false)) return;
    last_.fault = make_fault(FaultKind::cancelled, "the call was cancelled while it waited for its next try");
    finish(std::move(last_));
  }

  void finish(CallResult result) {
    result.tries = tries_;
    result.may_be_billed = ever_billed_;
    const OnDone done = std::move(done_);
    done(std::move(result));
  }

  Model& inner_;
  const After& after_;
  const std::function<double()>& random_;
  const RetrySettings& settings_;
  const CallOptions options_;
  OnDone done_;
  std::shared_ptr<const Request> request_;
  int turns_ = 0;             // of all of the inner one
  int tries_ = 0;             // in them
  bool ever_billed_ = false;  // one of the tries
  CallResult last_;
  std::atomic<bool> waiting_ = false;  // whoever takes it back goes on: the timer or the stop
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace

RetryingModel::RetryingModel(Model& inner, After after, std::function<double()> random, RetrySettings settings)
    : inner_(inner), after_(std::move(after)), random_(std::move(random)), settings_(settings) {}

void RetryingModel::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  std::make_shared<Tries>(inner_, after_, random_, settings_, std::move(options), std::move(done))->start(std::move(request));
}

}  // namespace argosy::llm
