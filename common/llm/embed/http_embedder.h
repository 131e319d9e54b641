// An embedding model behind HTTP: one call is one exchange, tried once, through the gate of its key. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "common/core/clock.h"
#include "common/http/stream_client.h"
#include "common/llm/call/http_model.h"
#include "common/llm/embed/embedder.h"
#include "common/llm/traffic/gate.h"

namespace argosy::llm {

class HttpEmbedder : public Embedder {
 public:
  // `client` and `clock` live longer than every call.
  HttpEmbedder(HttpModelSettings settings, http::StreamClient& client, std::shared_ptr<Gate> gate, const Clock& clock);

  const std::string& name() const override { return name_; }
  void start(Texts texts, CallOptions options, OnEmbedding done) override;

 private:
  const HttpModelSettings settings_;
  const std::string name_;  // base URL and model: the same name on two servers may be two models
  http::StreamClient& client_;
  const std::shared_ptr<Gate> gate_;
  const Clock& clock_;
};

}  // namespace argosy::llm
