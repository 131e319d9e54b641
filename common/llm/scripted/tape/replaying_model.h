// A model that answers what was recorded. Used by Models (layers/models.h). Thread-safe.
#pragma once

#include <memory>

#include "common/llm/scripted/tape/tape.h"
#include "common/llm/traffic/gate.h"

namespace argosy::llm {

class ReplayingModel : public Model {
 public:
  ReplayingModel(std::shared_ptr<Tape> tape, After after) : tape_(std::move(tape)), after_(std::move(after)) {}

  // Reads one file before it returns; the answer comes in one piece.
  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;

 private:
  const std::shared_ptr<Tape> tape_;
  const After after_;
};

}  // namespace argosy::llm
