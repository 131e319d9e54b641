#include "common/llm/scripted/playback.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

namespace argosy::llm {
namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::vector<std::string_view> split(std::string_view text, std::size_t pieces) {
  std::vector<std::string_view> made;
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= pieces; ++i) {
    std::size_t end = i == pieces ? text.size() : text.size() / pieces * i + text.size() % pieces * i / pieces;
    while (end < text.size() && !begins_character(text[end])) ++end;
    if (end > begin) made.push_back(text.substr(begin, end - begin));
    begin = std::max(begin, end);
  }
  return made;
}

// One answer on its way. Lives as long as its callbacks.
class Playing : public std::enable_shared_from_this<Playing> {
 public:
  Playing(Playback playback, CallOptions options, const After& after, OnDone done)
      : playback_(std::move(playback)), options_(std::move(options)), after_(after), done_(std::move(done)) {}

  void start() {
    if (options_.stop.stop_requested()) return end(FaultKind::cancelled, "the call was cancelled");
    const Answer& answer = playback_.result.answer;
    for (const auto& thinking : answer.thinking) pieces_.emplace_back(Delta::thinking, thinking.text);
    for (const auto piece : split(answer.text, options_.stream ? playback_.pieces : 1)) pieces_.emplace_back(Delta::text, piece);
    playback_.delay.count() > 0 ? wait(playback_.delay, options_.timeouts.first_byte) : go_on();
  }

 private:
  void go_on() {
    while (next_ < pieces_.size()) {
      const auto& [kind, piece] = pieces_[next_++];
      if (options_.on_delta) options_.on_delta(kind, piece);
      if (options_.stop.stop_requested()) return end(FaultKind::cancelled, "the call was cancelled");
      if (playback_.pause.count() > 0 && next_ < pieces_.size()) return wait(playback_.pause, options_.timeouts.between_bytes);
    }
    finish();
  }

  void wait(std::chrono::milliseconds time, std::chrono::milliseconds longest) {
    waiting_ = true;
    // Before the timer, which may run at once on its own thread. A stop that was asked for already runs in here.
    on_stop_.emplace(options_.stop, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self && self->waiting_.exchange(false)) self->end(FaultKind::cancelled, "the call was cancelled");
    });
    after_(std::min(time, longest), [self = shared_from_this(), is_late = time > longest] {
      if (!self->waiting_.exchange(false)) return;
      self->on_stop_.reset();
      is_late ? self->end(FaultKind::too_slow, "the next piece did not come in time") : self->go_on();
    });
  }

  // With what was shown so far.
  void end(FaultKind kind, std::string why) {
    const bool may_be_billed = next_ > 0 || kind == FaultKind::too_slow;
    CallResult result{.answer = {}, .fault = make_fault(kind, std::move(why)), .may_be_billed = may_be_billed};
    for (std::size_t i = 0; i < next_; ++i)
      if (pieces_[i].first == Delta::text) result.answer.text += pieces_[i].second;
    playback_.result = std::move(result);
    finish();
  }

  void finish() {
    const OnDone done = std::move(done_);
    done(std::move(playback_.result));
  }

  Playback playback_;
  const CallOptions options_;
  const After after_;  // its own: the model may be gone before the last timer
  OnDone done_;
  std::vector<std::pair<Delta, std::string_view>> pieces_;
  std::size_t next_ = 0;
  std::atomic<bool> waiting_ = false;  // whoever takes it back goes on: the timer or the stop
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace

void play(Playback playback, CallOptions options, const After& after, OnDone done) {
  std::make_shared<Playing>(std::move(playback), std::move(options), after, std::move(done))->start();
}

}  // namespace argosy::llm
