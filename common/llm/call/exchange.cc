#include "common/llm/call/exchange.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxRefusalBytes = 64 << 10;
// A connection whose answer is over is used again, if little more than its end comes.
constexpr std::size_t kMaxAfterEnd = 64 << 10;

bool is_success(int status) { return status >= 200 && status < 300; }

std::string header(const http::Headers& headers, const std::string& name) {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

// What the body is told by its content, not by its type (wire/answer_reader.h); but a page for people is no answer, and what is packed
// was not asked for and may be a bomb.
std::optional<Fault> unreadable(const http::Headers& headers) {
  constexpr auto kTypes = std::to_array<std::string_view>({"json", "event-stream", "ndjson", "text/plain", "octet-stream"});
  const std::string type = header(headers, "Content-Type"), encoding = header(headers, "Content-Encoding");
  if (!encoding.empty() && encoding != "identity")
    return make_fault(FaultKind::broken_stream, "the answer is packed (" + text::ellipsize(text::to_utf8(encoding), 50) + ")");
  if (type.empty() || std::ranges::any_of(kTypes, [&](std::string_view known) { return type.contains(known); })) return std::nullopt;
  return make_fault(FaultKind::broken_stream, "the answer is no model's: " + text::ellipsize(text::to_utf8(type), 100));
}

}  // namespace

void Exchange::start(std::shared_ptr<const Request> request, http::StreamRequest http, std::int64_t tokens) {
  request_ = std::move(request);
  http_ = std::move(http);
  number_ = Gate::next_number();
  on_stop_.emplace(options_.stop, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->cancel();
  });
  gate_->enter(number_, options_.task, tokens, options_.longest_wait,
               [self = shared_from_this()](std::optional<Fault> refused) { self->admitted(std::move(refused)); });
  // A stop that came before the call stood in the queue found nothing to withdraw.
  if (options_.stop.stop_requested()) cancel();
}

void Exchange::cancel() {
  {
    const std::scoped_lock lock(mutex_);
    cancelled_ = true;
    call_.cancel();
  }
  if (gate_->withdraw(number_)) finish(make_fault(FaultKind::cancelled, "the call was cancelled while it waited for the rate limit"));
}

void Exchange::admitted(std::optional<Fault> refused) {
  if (refused) return finish(std::move(refused));
  {
    const std::scoped_lock lock(mutex_);
    if (!cancelled_) {
      sent_at_ = clock_.boot_time();
      sent_ = true;
      call_ = client_.start(
          std::move(http_),
          {.on_head = [self = shared_from_this()](int status, const http::Headers& headers) { self->on_head(status, headers); },
           .on_bytes = [self = shared_from_this()](std::string_view bytes) { return self->on_bytes(bytes); },
           .on_end = [self = shared_from_this()](Result<void> end) { self->on_end(end); }});
      return;
    }
  }
  leave_and_finish(make_fault(FaultKind::cancelled, "the call was cancelled before it was sent"));
}

void Exchange::on_head(int status, const http::Headers& headers) {
  status_ = status;
  headers_ = headers;
  if (!is_success(status)) return;
  unreadable_ = unreadable(headers);
  if (!unreadable_) reader_ = AnswerReader::make(api_, {}, &request_->tools);
}

bool Exchange::on_bytes(std::string_view bytes) {
  if (!result_.first_byte) result_.first_byte = std::chrono::round<std::chrono::milliseconds>(clock_.boot_time() - sent_at_);
  if (finished_) return (after_end_ += bytes.size()) < kMaxAfterEnd;
  if (unreadable_) return false;
  if (!reader_) {
    refusal_ += bytes.substr(0, kMaxRefusalBytes - refusal_.size());
    return refusal_.size() < kMaxRefusalBytes;
  }
  reader_->take(bytes, options_.on_delta);
  if (reader_->wants_more()) return true;
  leave_and_finish(judge({}));  // not after the connection's end: that may take its time
  return complete_;
}

void Exchange::on_end(const Result<void>& end) {
  if (!finished_) leave_and_finish(judge(end));
}

std::optional<Fault> Exchange::judge(const Result<void>& end) {
  if (unreadable_) return std::move(unreadable_);
  if (reader_) {
    result_.answer = reader_->finish();
    if (result_.answer.complete && result_.answer.stop != StopReason::error) return std::nullopt;
    // A reader that had met an error wanted no more: what HTTP says comes from before.
    return end ? fault_of_answer(result_.answer) : fault_of_transport(end.error());
  }
  if (status_ == 0) return end ? make_fault(FaultKind::broken_stream, "no answer at all") : fault_of_transport(end.error());
  return fault_of_status(status_, headers_, refusal_, clock_.unix_ms());
}

void Exchange::leave_and_finish(std::optional<Fault> fault) {
  gate_->leave(number_, fault ? &*fault : nullptr, result_.first_byte, headers_);
  finish(std::move(fault));
}

void Exchange::finish(std::optional<Fault> fault) {
  if (std::exchange(finished_, true)) return;
  if (fault) fault->error.message = redact(fault->error.message);
  result_.answer.error = redact(result_.answer.error);
  result_.may_be_billed = sent_ && (!fault || rule_of(fault->kind).may_be_billed || is_success(status_));
  result_.fault = std::move(fault);
  on_stop_.reset();
  request_.reset();
  complete_ = result_.answer.complete;
  const OnDone done = std::move(done_);
  done(std::move(result_));
}

}  // namespace argosy::llm
