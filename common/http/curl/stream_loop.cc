#include "common/http/curl/stream_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/core/clock.h"
#include "common/core/thread_name.h"

namespace argosy::http::curl {
namespace {

constexpr long kKeptConnections = 64;  // idle ones, for the next call to the same host
constexpr int kEventsAtOnce = 128;
constexpr Instant kLongestWait = std::chrono::minutes(1);

Instant now() { return system_clock().boot_time(); }

}  // namespace

StreamLoop::StreamLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  init();
  multi_ = curl_multi_init();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kKeptConnections);
  epoll_event event{.events = EPOLLIN, .data = {.fd = wake_}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
  thread_ = std::thread([this] { run(); });
}

StreamLoop::~StreamLoop() {
  curl_multi_cleanup(multi_);
  ::close(wake_);
  ::close(epoll_);
}

void StreamLoop::post(std::function<void()> what) {
  {
    const std::scoped_lock lock(mutex_);
    posted_.push_back(std::move(what));
    if (posted_.size() > 1) return;  // it has been woken
  }
  eventfd_write(wake_, 1);
}

void StreamLoop::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_, 1);
  thread_.join();
}

void StreamLoop::run() {
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

bool StreamLoop::take_posted() {
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

int StreamLoop::wait_ms() const {
  Instant due = now() + kLongestWait;
  if (curl_due_) due = std::min(due, *curl_due_);
  if (!looks_.empty()) due = std::min(due, looks_.top().first);
  if (!timers_.empty()) due = std::min(due, timers_.top().due);
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(std::max(due - now(), Instant::zero())).count());
}

void StreamLoop::wait_and_serve() {
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

int StreamLoop::on_socket(CURL*, curl_socket_t socket, int what, void* user, void*) {
  auto& self = *static_cast<StreamLoop*>(user);
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

int StreamLoop::on_timer(CURLM*, long wait_ms, void* user) {
  auto& self = *static_cast<StreamLoop*>(user);
  if (wait_ms < 0) {
    self.curl_due_.reset();
  } else {
    self.curl_due_ = now() + std::chrono::milliseconds(wait_ms);
  }
  return 0;
}

void StreamLoop::add(std::unique_ptr<StreamTransfer> transfer) {
  if (calls_.size() >= kMaxOpenCalls)
    return transfer->end(fail_transient("too_many_calls", "this process has " + std::to_string(kMaxOpenCalls) + " calls open").error());
  if (auto ready = transfer->prepare(now()); !ready) return transfer->end(std::move(ready.error()));
  StreamTransfer& added = *calls_.emplace(transfer->id(), std::move(transfer)).first->second;
  open_ = calls_.size();
  added.phase_changed = [this, &added] { schedule(added); };
  curl_multi_add_handle(multi_, added.easy());
  schedule(added);
}

void StreamLoop::schedule(StreamTransfer& transfer) {
  transfer.scheduled = transfer.due();
  looks_.emplace(transfer.scheduled, transfer.id());
}

// The handler runs last: it may start or cancel anything.
void StreamLoop::remove(std::uint64_t id, const std::function<void(StreamTransfer&)>& end) {
  auto node = calls_.extract(id);
  if (node.empty()) return;
  open_ = calls_.size();
  curl_multi_remove_handle(multi_, node.mapped()->easy());  // in mid-answer this closes the connection
  end(*node.mapped());
}

void StreamLoop::cancel(std::uint64_t id) {
  remove(id, [](StreamTransfer& call) { call.end(fail_transient("cancelled", "the call was cancelled").error()); });
}

void StreamLoop::end_done() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    StreamTransfer* call = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
    remove(call->id(), [code](StreamTransfer& done) { done.end(code); });
  }
}

void StreamLoop::end_late() {
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

void StreamLoop::run_timers() {
  const Instant at = now();
  while (!timers_.empty() && timers_.top().due <= at) {
    const auto what = timers_.top().what;
    timers_.pop();
    what();
  }
}

}  // namespace argosy::http::curl
