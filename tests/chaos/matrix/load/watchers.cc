#include "tests/chaos/matrix/load/watchers.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/http/websocket_client.h"
#include "tests/chaos/matrix/faults/chronicle.h"

namespace argosy::chaos {
namespace {

constexpr int kWatchers = 4;
constexpr std::chrono::milliseconds kComeBackAfter{100}, kQuiet{700}, kConnectWithin{4'000};

}  // namespace

Watchers::Watchers(const Stage& stage, Book& book) : stage_(stage), book_(book), running_(kWatchers) {
  for (int i = 0; i < kWatchers; ++i) threads_.emplace_back([this] { loop(); });
}

Watchers::~Watchers() { finish(std::chrono::milliseconds(0)); }

std::vector<Watched> Watchers::finish(std::chrono::milliseconds patience) {
  no_more_.open();
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return running_ == 0; });
  give_up_.open();
  lock.unlock();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  return std::move(watched_);
}

void Watchers::loop() {
  while (!no_more_.wait_for(kComeBackAfter)) {
    const auto task = book_.one_to_watch();
    if (!task) continue;
    auto watched = follow(*task);
    const std::lock_guard lock(mutex_);
    watched_.push_back(std::move(watched));
  }
  {
    const std::lock_guard lock(mutex_);
    --running_;
  }
  changed_.notify_all();
}

Watched Watchers::follow(const std::string& task) const {
  Watched watched{.task = task, .at = boot_now()};
  do {
    read_on(watched);
  } while (!is_over(watched) && !give_up_.wait_for(kComeBackAfter));
  return watched;
}

// One connection, until it breaks or is quiet. A hello, `running` and the like have no seq.
void Watchers::read_on(Watched& watched) const {
  const auto last = watched.seqs.empty() ? 0 : *std::ranges::max_element(watched.seqs);
  const auto stream =
      http::WebSocketClient::connect(fmt::format("{}/ws/tasks/{}/stream?from={}", stage_.ws_url(), watched.task, last), {}, kConnectWithin);
  if (!stream) return;
  while (true) {
    const auto message = (*stream)->receive(kQuiet);
    if (!message || !*message) return;
    const auto event = json::parse(**message).value_or(json::Value());
    if (const auto seq = event.int_or("seq", 0); seq > 0) {
      watched.seqs.push_back(seq);
      watched.at = boot_now();
    }
  }
}

// By the API's word, and only when the stream has told all that there is.
bool Watchers::is_over(const Watched& watched) const {
  const auto task = ask_api(stage_, "GET", "/api/v1/tasks/" + watched.task);
  if (task.status == 404) return true;
  if (task.status != 200 || task.body.string_or("status", "") != "succeeded") return false;
  const auto& steps = task.body.array_or_empty("steps");
  const bool steps_over = std::ranges::all_of(steps, [](const json::Value& step) {
    const auto state = step.string_or("state", "");
    return state == "succeeded" || state == "superseded" || state == "cancelled";  // the latter two: another took their place
  });
  return steps_over && !watched.seqs.empty() && *std::ranges::max_element(watched.seqs) >= task.body.int_or("last_seq", 0);
}

}  // namespace argosy::chaos
