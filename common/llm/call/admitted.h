// One exchange over HTTP with a model's server: its turn at the gate, its stop, what is no answer at all, and its end, which comes once.
// What an answer says is for those who derive from it: Exchange and the embedder's. Lives as long as its callbacks. Everything but start()
// and a stop runs on the thread of all streams, or before there is a stream.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "common/core/clock.h"
#include "common/http/stream_client.h"
#include "common/llm/call/model.h"
#include "common/llm/traffic/gate.h"

namespace argosy::llm {

class Admitted : public std::enable_shared_from_this<Admitted> {
 public:
  Admitted(http::StreamClient& client, std::shared_ptr<Gate> gate, const Clock& clock, CallOptions options)
      : client_(client), gate_(std::move(gate)), clock_(clock), options_(std::move(options)) {}
  virtual ~Admitted() = default;

  // `answer_tokens`: what it may answer, for the rate limit, where options.tokens does not say what it counts as.
  void start(http::StreamRequest http, std::int64_t answer_tokens);

 protected:
  const CallOptions& options() const { return options_; }
  std::optional<std::chrono::milliseconds> first_byte() const { return first_byte_; }

  // The body of a 2xx in a form that may be an answer. False: it has ended by its own words.
  virtual bool read(std::string_view bytes) = 0;
  // Of such a body, once: what is wrong with it. `end` is how HTTP ended; a value where it did not yet.
  virtual std::optional<Fault> judge(const Result<void>& end) = 0;
  // What came of it; the last call.
  virtual void hand_on(std::optional<Fault> fault, bool may_be_billed) = 0;

 private:
  void admitted(std::optional<Fault> refused);
  void cancel();
  void on_head(int status, const http::Headers& headers);
  bool on_bytes(std::string_view bytes);
  std::optional<Fault> fault_of(const Result<void>& end);
  void leave_and_finish(std::optional<Fault> fault);
  void finish(std::optional<Fault> fault);

  http::StreamClient& client_;
  const std::shared_ptr<Gate> gate_;
  const Clock& clock_;
  const CallOptions options_;

  http::StreamRequest http_;
  std::uint64_t number_ = 0;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
  std::mutex mutex_;  // over the next two: cancel() comes from any thread
  http::StreamCall call_;
  bool cancelled_ = false;

  int status_ = 0;
  http::Headers headers_;
  std::optional<Fault> unreadable_;  // of another type, packed
  std::string refusal_;              // the body of another status, cut at a bound
  std::size_t after_end_ = 0;
  Instant sent_at_{};
  std::optional<std::chrono::milliseconds> first_byte_;  // from the moment it was sent
  bool sent_ = false, finished_ = false, whole_ = false;
};

}  // namespace argosy::llm
