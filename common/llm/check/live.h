// The models of a check over HTTP: the one that is meant, and two that its server should refuse. Used by the command line. One thread.
#pragma once

#include <optional>

#include "common/core/clock.h"
#include "common/http/stream_client.h"
#include "common/llm/call/http_model.h"
#include "common/llm/check/check.h"

namespace argosy::llm {

inline constexpr std::string_view kUnknownModel = "argosy-check-no-such-model", kWrongKey = "argosy-check-wrong-key";

class LiveTargets {
 public:
  // `clock` lives longer than this. Its calls keep the entry's rate limits; no breaker ever opens, for every question is to be asked.
  LiveTargets(const ModelEntry& entry, const Clock& clock);

  CheckTargets targets();

 private:
  HttpModel model(const Endpoint& endpoint, const ModelEntry& entry, const Clock& clock);

  http::StreamClient client_;
  Gates gates_;
  HttpModel asked_, unknown_model_;
  std::optional<HttpModel> wrong_key_;
};

}  // namespace argosy::llm
