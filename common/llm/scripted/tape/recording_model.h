// A model whose calls are recorded as they end, with their faults; cancelled ones are not. For people who make recordings: it writes its
// files on the thread of all streams. Used by Models (layers/models.h). Thread-safe.
#pragma once

#include <memory>

#include "common/llm/scripted/tape/tape.h"

namespace argosy::llm {

class RecordingModel : public Model {
 public:
  RecordingModel(std::shared_ptr<Model> inner, std::shared_ptr<Tape> tape) : inner_(std::move(inner)), tape_(std::move(tape)) {}

  // A call that cannot be recorded is refused, though it was made: a recording with holes cannot be replayed.
  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;

 private:
  const std::shared_ptr<Model> inner_;
  const std::shared_ptr<Tape> tape_;
};

}  // namespace argosy::llm
