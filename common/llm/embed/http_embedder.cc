#include "common/llm/embed/http_embedder.h"

#include <mutex>
#include <utility>

#include "common/core/crypto.h"
#include "common/core/redact.h"
#include "common/llm/embed/wire.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxAnswerBytes = 32u << 20;  // 128 vectors of 4,096 numbers with 20 digits and more are some 12 MB
constexpr std::size_t kMaxRefusalBytes = 64u << 10;
constexpr std::int64_t kBytesPerToken = 4;  // for a rate limit, whose own count decides

// One call. Lives as long as its callbacks. Everything but start() and cancel() runs on the thread of all streams, or before there is a
// stream.
class EmbeddingCall : public std::enable_shared_from_this<EmbeddingCall> {
 public:
  EmbeddingCall(http::StreamClient& client, std::shared_ptr<Gate> gate, const Clock& clock, CallOptions options, OnEmbedding done,
                std::size_t texts)
      : client_(client), gate_(std::move(gate)), clock_(clock), options_(std::move(options)), done_(std::move(done)), texts_(texts) {}

  void start(http::StreamRequest http) {
    const auto tokens = options_.tokens > 0 ? options_.tokens : static_cast<std::int64_t>(http.body->size()) / kBytesPerToken;
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

 private:
  void cancel() {
    {
      const std::scoped_lock lock(mutex_);
      cancelled_ = true;
      call_.cancel();
    }
    if (gate_->withdraw(number_)) finish(make_fault(FaultKind::cancelled, "the call was cancelled while it waited for the rate limit"));
  }

  void admitted(std::optional<Fault> refused) {
    if (refused) return finish(std::move(refused));
    {
      const std::scoped_lock lock(mutex_);
      if (!cancelled_) {
        sent_at_ = clock_.boot_time();
        sent_ = true;
        call_ =
            client_.start(std::move(http_), {.on_head =
                                                 [self = shared_from_this()](int status, const http::Headers& headers) {
                                                   self->status_ = status;
                                                   self->headers_ = headers;
                                                 },
                                             .on_bytes = [self = shared_from_this()](std::string_view bytes) { return self->take(bytes); },
                                             .on_end = [self = shared_from_this()](Result<void> end) { self->ended(end); }});
        return;
      }
    }
    leave_and_finish(make_fault(FaultKind::cancelled, "the call was cancelled before it was sent"));
  }

  bool is_success() const { return status_ >= 200 && status_ < 300; }

  bool take(std::string_view bytes) {
    if (!first_byte_) first_byte_ = std::chrono::round<std::chrono::milliseconds>(clock_.boot_time() - sent_at_);
    body_ += bytes.substr(0, (is_success() ? kMaxAnswerBytes : kMaxRefusalBytes) - body_.size());
    return is_success() || body_.size() < kMaxRefusalBytes;
  }

  void ended(const Result<void>& end) {
    if (status_ != 0 && !is_success()) return leave_and_finish(fault_of_status(status_, headers_, body_, clock_.unix_ms()));
    if (!end) return leave_and_finish(fault_of_transport(end.error()));
    auto read = read_embedding(body_, texts_);
    if (!read) return leave_and_finish(make_fault(FaultKind::broken_stream, read.error().message));
    result_.vectors = std::move(read->vectors);
    result_.usage = read->usage;
    leave_and_finish(std::nullopt);
  }

  void leave_and_finish(std::optional<Fault> fault) {
    gate_->leave(number_, fault ? &*fault : nullptr, first_byte_, headers_);
    finish(std::move(fault));
  }

  void finish(std::optional<Fault> fault) {
    if (std::exchange(finished_, true)) return;
    if (fault) fault->error.message = redact(fault->error.message);
    result_.may_be_billed = sent_ && (!fault || rule_of(fault->kind).may_be_billed || is_success());
    result_.fault = std::move(fault);
    on_stop_.reset();
    const OnEmbedding done = std::move(done_);
    done(std::move(result_));
  }

  http::StreamClient& client_;
  const std::shared_ptr<Gate> gate_;
  const Clock& clock_;
  const CallOptions options_;
  OnEmbedding done_;
  const std::size_t texts_;

  http::StreamRequest http_;
  std::uint64_t number_ = 0;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
  std::mutex mutex_;  // over the next two: cancel() comes from any thread
  http::StreamCall call_;
  bool cancelled_ = false;

  int status_ = 0;
  http::Headers headers_;
  std::string body_;
  Instant sent_at_{};
  std::optional<Instant> first_byte_;
  Embedding result_;  // handed on by finish()
  bool sent_ = false, finished_ = false;
};

}  // namespace

HttpEmbedder::HttpEmbedder(HttpModelSettings settings, http::StreamClient& client, std::shared_ptr<Gate> gate, const Clock& clock)
    : settings_(std::move(settings)),
      name_(crypto::sha256_hex(settings_.endpoint.base_url).substr(0, 16) + "/" + settings_.endpoint.model),
      client_(client),
      gate_(std::move(gate)),
      clock_(clock) {}

void HttpEmbedder::start(Texts texts, CallOptions options, OnEmbedding done) {
  auto wire = encode_embedding(settings_.endpoint, *texts);
  if (!wire) return done({.fault = Fault{FaultKind::refused_request, std::move(wire.error())}});
  http::StreamRequest http{.url = std::move(wire->url),
                           .headers = std::move(wire->headers),
                           .body = std::make_shared<const std::string>(std::move(wire->body)),
                           .timeouts = options.timeouts,
                           .max_response_bytes = kMaxAnswerBytes,
                           .refuse_private_addresses = !settings_.local,
                           .ca_file = settings_.ca_file};
  std::make_shared<EmbeddingCall>(client_, gate_, clock_, std::move(options), std::move(done), texts->size())->start(std::move(http));
}

}  // namespace argosy::llm
