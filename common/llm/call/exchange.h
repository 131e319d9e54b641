// One call to a model over HTTP, from its turn at the gate to its answer. Lives as long as its callbacks. Used by HttpModel. Everything but
// start() and cancel() runs on the thread of all streams, or before there is a stream.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "common/llm/call/http_model.h"
#include "common/llm/wire/encode.h"

namespace argosy::llm {

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(Api api, http::StreamClient& client, std::shared_ptr<Gate> gate, const Clock& clock, CallOptions options, OnDone done)
      : api_(api), client_(client), gate_(std::move(gate)), clock_(clock), options_(std::move(options)), done_(std::move(done)) {}

  void start(std::shared_ptr<const Request> request, http::StreamRequest http, std::int64_t tokens);

 private:
  void admitted(std::optional<Fault> refused);
  void cancel();
  void on_head(int status, const http::Headers& headers);
  bool on_bytes(std::string_view bytes);
  void on_end(const Result<void>& end);
  std::optional<Fault> judge(const Result<void>& end);
  void leave_and_finish(std::optional<Fault> fault);
  void finish(std::optional<Fault> fault);

  const Api api_;
  http::StreamClient& client_;
  const std::shared_ptr<Gate> gate_;
  const Clock& clock_;
  CallOptions options_;
  OnDone done_;

  std::shared_ptr<const Request> request_;
  http::StreamRequest http_;
  std::uint64_t number_ = 0;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
  std::mutex mutex_;  // over the next two: cancel() comes from any thread
  http::StreamCall call_;
  bool cancelled_ = false;

  int status_ = 0;
  http::Headers headers_;
  std::unique_ptr<AnswerReader> reader_;  // of an answer that can be one
  std::optional<Fault> unreadable_;       // it cannot: of another type, packed
  std::string refusal_;                   // the body of another status, cut at a bound
  std::size_t after_end_ = 0;
  Instant sent_at_{};
  CallResult result_;      // handed on by finish()
  bool complete_ = false;  // what stood in it then
  bool sent_ = false, finished_ = false;
};

}  // namespace argosy::llm
