#include "common/llm/call/http_model.h"

#include <utility>

#include "common/llm/call/exchange.h"
#include "common/llm/wire/encode.h"

namespace argosy::llm {

HttpModel::HttpModel(HttpModelSettings settings, http::StreamClient& client, std::shared_ptr<Gate> gate, const Clock& clock)
    : settings_(std::move(settings)), client_(client), gate_(std::move(gate)), clock_(clock) {}

void HttpModel::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  auto wire = encode(settings_.endpoint, *request, options.stream);
  if (!wire) return done({.answer = {}, .fault = Fault{FaultKind::refused_request, std::move(wire.error())}});
  http::StreamRequest http{.url = std::move(wire->url),
                           .headers = std::move(wire->headers),
                           .body = std::make_shared<const std::string>(std::move(wire->body)),
                           .timeouts = options.timeouts,
                           .max_response_bytes = ReaderLimits{}.max_bytes,
                           .refuse_private_addresses = !settings_.local,
                           .ca_file = settings_.ca_file};
  const auto answer_tokens = request->max_tokens;
  std::make_shared<Exchange>(settings_.endpoint.api, std::move(request), client_, gate_, clock_, std::move(options), std::move(done))
      ->start(std::move(http), answer_tokens);
}

}  // namespace argosy::llm
