#include "common/llm/call/admitted.h"

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
// Where nobody counted: enough for a rate limit, whose own count decides.
constexpr std::int64_t kBytesPerToken = 4;

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

void Admitted::start(http::StreamRequest http, std::int64_t answer_tokens) {
  const std::int64_t tokens =
      options_.tokens > 0 ? options_.tokens : static_cast<std::int64_t>(http.body->size()) / kBytesPerToken + answer_tokens;
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

void Admitted::cancel() {
  {
    const std::scoped_lock lock(mutex_);
    cancelled_ = true;
    call_.cancel();
  }
  if (gate_->withdraw(number_)) finish(make_fault(FaultKind::cancelled, "the call was cancelled while it waited for the rate limit"));
}

void Admitted::admitted(std::optional<Fault> refused) {
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
           .on_end =
               [self = shared_from_this()](Result<void> end) {
                 if (!self->finished_) self->leave_and_finish(self->fault_of(end));
               }});
      return;
    }
  }
  leave_and_finish(make_fault(FaultKind::cancelled, "the call was cancelled before it was sent"));
}

void Admitted::on_head(int status, const http::Headers& headers) {
  status_ = status;
  headers_ = headers;
  if (is_success(status)) unreadable_ = unreadable(headers);
}

bool Admitted::on_bytes(std::string_view bytes) {
  if (!first_byte_) first_byte_ = std::chrono::round<std::chrono::milliseconds>(clock_.boot_time() - sent_at_);
  if (finished_) return (after_end_ += bytes.size()) < kMaxAfterEnd;
  if (unreadable_) return false;
  if (!is_success(status_)) {
    refusal_ += bytes.substr(0, kMaxRefusalBytes - refusal_.size());
    return refusal_.size() < kMaxRefusalBytes;
  }
  if (read(bytes)) return true;
  leave_and_finish(fault_of({}));  // not after the connection's end: that may take its time
  return whole_;
}

std::optional<Fault> Admitted::fault_of(const Result<void>& end) {
  if (unreadable_) return std::move(unreadable_);
  if (is_success(status_)) return judge(end);
  if (status_ == 0) return end ? make_fault(FaultKind::broken_stream, "no answer at all") : fault_of_transport(end.error());
  return fault_of_status(status_, headers_, refusal_, clock_.unix_ms());
}

void Admitted::leave_and_finish(std::optional<Fault> fault) {
  gate_->leave(number_, fault ? &*fault : nullptr, first_byte_, headers_);
  finish(std::move(fault));
}

void Admitted::finish(std::optional<Fault> fault) {
  if (std::exchange(finished_, true)) return;
  if (fault) fault->error.message = redact(fault->error.message);
  whole_ = !fault;
  const bool may_be_billed = sent_ && (!fault || rule_of(fault->kind).may_be_billed || is_success(status_));
  on_stop_.reset();
  hand_on(std::move(fault), may_be_billed);
}

}  // namespace argosy::llm
