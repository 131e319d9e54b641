// One bounded wait at a time: when it expires, the socket's pending operations are cancelled and who waited asks expired(). Internal to
// the room; used on one strand only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace argosy::http {

class Deadline {
 public:
  // `on_expiry` is called on the executor; it is not called after disarm() or a new arm().
  Deadline(boost::asio::any_io_executor executor, std::function<void()> on_expiry)
      : timer_(std::move(executor)), on_expiry_(std::move(on_expiry)) {}

  // `owner` stays alive until the wait is over.
  void arm(std::chrono::milliseconds wait, std::shared_ptr<void> owner) {
    expired_ = false;
    timer_.expires_after(wait);
    timer_.async_wait([this, owner = std::move(owner), round = ++round_](const boost::system::error_code& error) {
      // The timer may have fired just before it was armed anew: then the round tells.
      if (error || round != round_) return;
      expired_ = true;
      on_expiry_();
    });
  }
  void disarm() {
    ++round_;
    timer_.cancel();
  }
  bool expired() const { return expired_; }

 private:
  boost::asio::steady_timer timer_;
  std::function<void()> on_expiry_;
  std::uint64_t round_ = 0;
  bool expired_ = false;
};

}  // namespace argosy::http
