#include "common/llm/scripted/tape/replaying_model.h"

#include <utility>

#include "common/llm/scripted/playback.h"

namespace argosy::llm {

void ReplayingModel::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  auto result = tape_->next(masked_question(options.model, *request));
  if (!result) return done({.answer = {}, .fault = Fault{FaultKind::refused_request, std::move(result.error())}});
  play({.result = std::move(*result)}, std::move(options), after_, std::move(done));
}

}  // namespace argosy::llm
