// The loop behind StreamClient: one thread waits with epoll for what libcurl waits for, for what others post, and for timers.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/http/curl/stream_transfer.h"

namespace argosy::http::curl {

class StreamLoop {
 public:
  static constexpr std::size_t kMaxOpenCalls = 4'000;

  struct Timer {
    Instant due;
    std::uint64_t number;  // those due at once run in their order
    std::function<void()> what;
    bool operator>(const Timer& other) const { return std::pair(due, number) > std::pair(other.due, other.number); }
  };

  StreamLoop();  // its thread runs
  ~StreamLoop();
  StreamLoop(const StreamLoop&) = delete;
  StreamLoop& operator=(const StreamLoop&) = delete;

  // Any thread. What is open ends as `cancelled`, what waits for its time is called at once; back when the thread has ended.
  void stop();
  void post(std::function<void()> what);  // on the loop's thread
  std::uint64_t next_number() { return ++last_number_; }
  std::size_t open() const { return open_; }

  // On the loop's thread.
  void add(std::unique_ptr<StreamTransfer> transfer);
  void cancel(std::uint64_t id);
  void set_timer(Timer timer) { timers_.push(std::move(timer)); }

 private:
  // When a call must be looked at again. Bytes that arrive move its time-out without touching this: it is looked at too early, and put
  // back.
  using Look = std::pair<Instant, std::uint64_t>;
  template <class T>
  using Soonest = std::priority_queue<T, std::vector<T>, std::greater<>>;

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* user, void*);
  static int on_timer(CURLM*, long wait_ms, void* user);
  void run();
  bool take_posted();  // false: to be stopped
  void wait_and_serve();
  void end_done();
  void end_late();
  void run_timers();
  void schedule(StreamTransfer& transfer);
  void remove(std::uint64_t id, const std::function<void(StreamTransfer&)>& end);
  int wait_ms() const;

  CURLM* multi_;
  int epoll_, wake_;
  std::optional<Instant> curl_due_;
  std::unordered_map<std::uint64_t, std::unique_ptr<StreamTransfer>> calls_;
  std::atomic<std::size_t> open_ = 0;  // of calls_, for other threads
  Soonest<Look> looks_;
  Soonest<Timer> timers_;
  std::atomic<std::uint64_t> last_number_ = 0;

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace argosy::http::curl
