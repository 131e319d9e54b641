#include "common/llm/embed/http_embedder.h"

#include <utility>

#include "common/core/crypto.h"
#include "common/llm/call/admitted.h"
#include "common/llm/embed/wire.h"

namespace argosy::llm {
namespace {

// An answer is parsed on the thread of all streams: no more is taken than so many vectors can have.
constexpr std::size_t kMaxAnswerFrame = 64u << 10;  // all around the vectors
constexpr std::size_t kMaxNumberBytes = 24;         // of a double and its comma

std::size_t most_of(std::size_t texts) { return kMaxAnswerFrame + texts * kMaxDimensions * kMaxNumberBytes; }

class EmbeddingCall : public Admitted {
 public:
  EmbeddingCall(http::StreamClient& client, std::shared_ptr<Gate> gate, const Clock& clock, CallOptions options, OnEmbedding done,
                std::size_t texts)
      : Admitted(client, std::move(gate), clock, std::move(options)), done_(std::move(done)), texts_(texts) {}

 private:
  bool read(std::string_view bytes) override {
    body_ += bytes;
    return true;
  }

  std::optional<Fault> judge(const Result<void>& end) override {
    if (!end) return fault_of_transport(end.error());
    auto read = read_embedding(body_, texts_);
    if (!read) return make_fault(FaultKind::broken_stream, read.error().message);
    result_.vectors = std::move(read->vectors);
    result_.usage = read->usage;
    return std::nullopt;
  }

  void hand_on(std::optional<Fault> fault, bool may_be_billed) override {
    result_.may_be_billed = may_be_billed;
    result_.fault = std::move(fault);
    const OnEmbedding done = std::move(done_);
    done(std::move(result_));
  }

  OnEmbedding done_;
  const std::size_t texts_;
  std::string body_;  // at most most_of(texts_), which the client sees to
  Embedding result_;
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
                           .max_response_bytes = most_of(texts->size()),
                           .refuse_private_addresses = !settings_.local,
                           .ca_file = settings_.ca_file};
  std::make_shared<EmbeddingCall>(client_, gate_, clock_, std::move(options), std::move(done), texts->size())->start(std::move(http), 0);
}

}  // namespace argosy::llm
