#include "common/http/stream_client.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <queue>
#include <thread>
#include <unordered_map>
#include <vector>

#include "common/core/clock.h"
#include "common/core/thread_name.h"
#include "common/http/curl/stream_transfer.h"

namespace argosy::http {
namespace {

using curl::Instant;
using curl::StreamTransfer;

constexpr std::size_t kMaxOpenCalls = 4'000;
constexpr long kKeptConnections = 64;  // idle ones, for the next call to the same host
constexpr int kEventsAtOnce = 128;
constexpr Instant kLongestWait = std::chrono::minutes(1);

Instant now() { return system_clock().boot_time(); }

struct Timer {
  Instant due;
  std::uint64_t number;  // those due at once run in their order
  std::function<void()> what;
  bool operator>(const Timer& other) const { return std::pair(due, number) > std::pair(other.due, other.number); }
};
// When a call must be looked at again. Bytes that arrive move its time-out without touching this: it is looked at too early, and put back.
using Look = std::pair<Instant, std::uint64_t>;
template <class T>
using Soonest = std::priority_queue<T, std::vector<T>, std::greater<>>;

}  // namespace

class StreamClient::Loop {
 public:
  Loop();
  ~Loop();
  void run();
  void stop();
  void post(std::function<void()> what);  // on the loop's thread; any thread may call it

  void add(std::unique_ptr<StreamTransfer> transfer);
  void cancel(std::uint64_t id);
  void set_timer(Timer timer) { timers_.push(std::move(timer)); }
  std::uint64_t next_number() { return ++last_number_; }

 private:
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* user, void*);
  static int on_timer(CURLM*, long wait_ms, void* user);
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
  friend class StreamClient;
};

StreamClient::Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  curl::init();
  multi_ = curl_multi_init();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kKeptConnections);
  epoll_event event{.events = EPOLLIN, .data = {.fd = wake_}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

StreamClient::Loop::~Loop() {
  curl_multi_cleanup(multi_);
  ::close(wake_);
  ::close(epoll_);
}

void StreamClient::Loop::post(std::function<void()> what) {
  {
    const std::scoped_lock lock(mutex_);
    posted_.push_back(std::move(what));
    if (posted_.size() > 1) return;  // it has been woken
  }
  eventfd_write(wake_, 1);
}

void StreamClient::Loop::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_, 1);
  thread_.join();
}

void StreamClient::Loop::run() {
  name_this_thread("http-streams");
  while (take_posted()) {
    wait_and_serve();
    end_done();
    end_late();
    run_timers();
  }
  // What is ended or called now may post or set more, and none of that is lost either.
  for (bool more = true; more;) {
    while (!timers_.empty()) {
      const auto what = timers_.top().what;
      timers_.pop();
      what();
    }
    while (!calls_.empty()) cancel(calls_.begin()->first);
    take_posted();
    const std::scoped_lock lock(mutex_);
    more = !timers_.empty() || !calls_.empty() || !posted_.empty();
  }
}

bool StreamClient::Loop::take_posted() {
  std::vector<std::function<void()>> posted;
  bool stopping = false;
  {
    const std::scoped_lock lock(mutex_);
    posted.swap(posted_);
    stopping = stopping_;
  }
  for (const auto& what : posted) what();
  return !stopping;
}

int StreamClient::Loop::wait_ms() const {
  Instant due = now() + kLongestWait;
  if (curl_due_) due = std::min(due, *curl_due_);
  if (!looks_.empty()) due = std::min(due, looks_.top().first);
  if (!timers_.empty()) due = std::min(due, timers_.top().due);
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(std::max(due - now(), Instant::zero())).count());
}

void StreamClient::Loop::wait_and_serve() {
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = epoll_wait(epoll_, events.data(), kEventsAtOnce, wait_ms());
  int running = 0;
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    if (event.data.fd == wake_) {
      eventfd_t ignored;
      eventfd_read(wake_, &ignored);
      continue;
    }
    const int ready = ((event.events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) | ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                      ((event.events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
    curl_multi_socket_action(multi_, event.data.fd, ready, &running);
  }
  if (curl_due_ && *curl_due_ <= now()) {
    curl_due_.reset();
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
  }
}

int StreamClient::Loop::on_socket(CURL*, curl_socket_t socket, int what, void* user, void*) {
  auto& self = *static_cast<Loop*>(user);
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(self.epoll_, EPOLL_CTL_DEL, socket, nullptr);
    return 0;
  }
  epoll_event event{};
  event.events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0U) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0U);
  event.data.fd = socket;
  if (epoll_ctl(self.epoll_, EPOLL_CTL_MOD, socket, &event) != 0) epoll_ctl(self.epoll_, EPOLL_CTL_ADD, socket, &event);
  return 0;
}

int StreamClient::Loop::on_timer(CURLM*, long wait_ms, void* user) {
  auto& self = *static_cast<Loop*>(user);
  if (wait_ms < 0) {
    self.curl_due_.reset();
  } else {
    self.curl_due_ = now() + std::chrono::milliseconds(wait_ms);
  }
  return 0;
}

void StreamClient::Loop::add(std::unique_ptr<StreamTransfer> transfer) {
  if (calls_.size() >= kMaxOpenCalls)
    return transfer->end(fail_transient("too_many_calls", "this process has " + std::to_string(kMaxOpenCalls) + " calls open").error());
  if (auto ready = transfer->prepare(now()); !ready) return transfer->end(std::move(ready.error()));
  StreamTransfer& added = *calls_.emplace(transfer->id(), std::move(transfer)).first->second;
  open_ = calls_.size();
  added.phase_changed = [this, &added] { schedule(added); };
  curl_multi_add_handle(multi_, added.easy());
  schedule(added);
}

void StreamClient::Loop::schedule(StreamTransfer& transfer) {
  transfer.scheduled = transfer.due();
  looks_.emplace(transfer.scheduled, transfer.id());
}

// The handler runs last: it may start or cancel anything.
void StreamClient::Loop::remove(std::uint64_t id, const std::function<void(StreamTransfer&)>& end) {
  auto node = calls_.extract(id);
  if (node.empty()) return;
  open_ = calls_.size();
  curl_multi_remove_handle(multi_, node.mapped()->easy());  // in mid-answer this closes the connection
  end(*node.mapped());
}

void StreamClient::Loop::cancel(std::uint64_t id) {
  remove(id, [](StreamTransfer& call) { call.end(fail_transient("cancelled", "the call was cancelled").error()); });
}

void StreamClient::Loop::end_done() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    StreamTransfer* call = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
    remove(call->id(), [code](StreamTransfer& done) { done.end(code); });
  }
}

void StreamClient::Loop::end_late() {
  const Instant at = now();
  while (!looks_.empty() && looks_.top().first <= at) {
    const auto [when, id] = looks_.top();
    looks_.pop();
    const auto found = calls_.find(id);
    if (found == calls_.end() || found->second->scheduled != when) continue;
    if (const auto why = found->second->late(at)) {
      remove(id, [&why](StreamTransfer& call) { call.end(*why); });
    } else {
      schedule(*found->second);
    }
  }
}

void StreamClient::Loop::run_timers() {
  const Instant at = now();
  while (!timers_.empty() && timers_.top().due <= at) {
    const auto what = timers_.top().what;
    timers_.pop();
    what();
  }
}

StreamClient::StreamClient() : loop_(std::make_shared<Loop>()) {
  loop_->thread_ = std::thread([loop = loop_.get()] { loop->run(); });
}

StreamClient::~StreamClient() { loop_->stop(); }

StreamCall StreamClient::start(StreamRequest request, StreamHandler handler) {
  const auto id = loop_->next_number();
  // std::function wants to be copied, a transfer cannot be.
  const auto made =
      std::make_shared<std::unique_ptr<StreamTransfer>>(std::make_unique<StreamTransfer>(id, std::move(request), std::move(handler)));
  loop_->post([loop = loop_.get(), made] { loop->add(std::move(*made)); });
  StreamCall call;
  call.cancel_ = [weak = std::weak_ptr(loop_), id] {
    if (const auto loop = weak.lock()) loop->post([raw = loop.get(), id] { raw->cancel(id); });
  };
  return call;
}

void StreamClient::after(std::chrono::milliseconds wait, std::function<void()> what) {
  Timer timer{.due = now() + wait, .number = loop_->next_number(), .what = std::move(what)};
  loop_->post([loop = loop_.get(), timer = std::move(timer)] { loop->set_timer(timer); });
}

PoolUse StreamClient::use() const { return {.size = kMaxOpenCalls, .in_use = loop_->open_, .waiting = 0}; }

void StreamCall::cancel() {
  if (cancel_) cancel_();
}

}  // namespace argosy::http
