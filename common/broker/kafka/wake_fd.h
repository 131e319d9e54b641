// An eventfd that librdkafka's queues, and any thread, write to when the polling thread has something to look at. Internal to the room.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>

namespace argosy::broker {

class WakeFd {
 public:
  WakeFd() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~WakeFd() { close(fd_); }
  WakeFd(const WakeFd&) = delete;
  WakeFd& operator=(const WakeFd&) = delete;

  int fd() const { return fd_; }
  void notify() const {
    const std::uint64_t one = 1;
    (void)!write(fd_, &one, sizeof one);  // full means that a wake-up is due anyway
  }
  // Before looking: what is written from now on ends the next wait.
  void clear() const {
    std::uint64_t count = 0;
    (void)!read(fd_, &count, sizeof count);
  }
  // True when `other` can be read (-1: none).
  bool wait(std::chrono::milliseconds timeout, int other = -1) const {
    pollfd ready[2] = {{.fd = fd_, .events = POLLIN, .revents = 0}, {.fd = other, .events = POLLIN, .revents = 0}};
    (void)::poll(ready, 2, static_cast<int>(timeout.count()));
    return ready[1].revents != 0;
  }

 private:
  int fd_;
};

}  // namespace argosy::broker
