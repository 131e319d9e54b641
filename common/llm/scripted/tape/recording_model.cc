#include "common/llm/scripted/tape/recording_model.h"

#include <utility>

namespace argosy::llm {

void RecordingModel::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  auto question = masked_question(options.model, *request);
  inner_->start(std::move(request), std::move(options),
                [tape = tape_, question = std::move(question), done = std::move(done)](CallResult result) {
                  if (!result.fault || result.fault->kind != FaultKind::cancelled) {
                    if (auto added = tape->add(question, result); !added)
                      result.fault = Fault{FaultKind::refused_request, std::move(added.error())};
                  }
                  done(std::move(result));
                });
}

}  // namespace argosy::llm
