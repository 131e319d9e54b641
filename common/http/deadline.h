// One bounded wait at a time: when it expires, the socket's pending operations are cancelled and who waited asks expired(). Internal to
// the room; used on one strand only. A request is five such waits, and none of them expires: arm() and disarm() note a time, and the timer
// beneath looks at it when it fires, which under load is once in many requests.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace argosy::http {

class Deadline {
 public:
  // `on_expiry` is called on the executor; it is not called after disarm() or a new arm().
  Deadline(boost::asio::any_io_executor executor, std::function<void()> on_expiry)
      : timer_(std::move(executor)), on_expiry_(std::move(on_expiry)) {}

  // `owner` stays alive until the wait is over and the timer has noticed, or end().
  void arm(std::chrono::milliseconds wait, std::shared_ptr<void> owner) {
    expired_ = false;
    due_ = Clock::now() + wait;
    if (!running_ || due_ < timer_.expiry()) run_timer(std::move(owner));
  }
  void disarm() { due_.reset(); }
  // Nothing is waited for any more: lets the owner go.
  void end() {
    disarm();
    timer_.cancel();
  }
  bool expired() const { return expired_; }

 private:
  using Clock = boost::asio::steady_timer::clock_type;

  void run_timer(std::shared_ptr<void> owner) {
    running_ = true;
    timer_.expires_at(*due_);
    timer_.async_wait([this, owner = std::move(owner), round = ++round_](const boost::system::error_code& error) mutable {
      // The timer may have fired just before it was set anew: then the round tells.
      if (round != round_) return;
      running_ = false;
      if (error || !due_) return;
      if (Clock::now() < *due_) return run_timer(std::move(owner));
      due_.reset();
      expired_ = true;
      on_expiry_();
    });
  }

  boost::asio::steady_timer timer_;
  std::function<void()> on_expiry_;
  std::optional<Clock::time_point> due_;
  std::uint64_t round_ = 0;
  bool running_ = false, expired_ = false;
};

}  // namespace argosy::http
