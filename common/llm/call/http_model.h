// A model behind HTTP: one call is one exchange, tried once. It waits for its turn at the gate, streams the answer, and says in one form
// what went wrong. Used by whoever builds the layers of a model (model.h). Thread-safe.
#pragma once

#include <memory>

#include "common/core/clock.h"
#include "common/http/stream_client.h"
#include "common/llm/api.h"
#include "common/llm/call/model.h"
#include "common/llm/traffic/gate.h"

namespace argosy::llm {

struct HttpModelSettings {
  Endpoint endpoint;
  bool local = false;     // the base URL may lead to this machine or a private network
  std::string ca_file{};  // PEM of whom to trust; empty: the system's
};

class HttpModel : public Model {
 public:
  // `client` and `clock` live longer than every call.
  HttpModel(HttpModelSettings settings, http::StreamClient& client, std::shared_ptr<Gate> gate, const Clock& clock);

  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;

 private:
  const HttpModelSettings settings_;
  http::StreamClient& client_;
  const std::shared_ptr<Gate> gate_;
  const Clock& clock_;
};

}  // namespace argosy::llm
