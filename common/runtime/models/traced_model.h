// Calls of models as spans of whoever asks, by OpenTelemetry's conventions for GenAI: who was asked, what it took, what became of it. No
// word of what is said. Thread-safe.
#pragma once

#include <memory>

#include "common/llm/call/model.h"
#include "common/llm/models/catalogue.h"

namespace argosy::runtime {

class TracedModel : public llm::Model {
 public:
  // `catalogue` lives longer than the calls.
  TracedModel(std::shared_ptr<llm::Model> inner, const llm::Catalogue& catalogue) : inner_(std::move(inner)), catalogue_(catalogue) {}

  // On a thread whose span it belongs to.
  void start(std::shared_ptr<const llm::Request> request, llm::CallOptions options, llm::OnDone done) override;

 private:
  const std::shared_ptr<llm::Model> inner_;
  const llm::Catalogue& catalogue_;
};

}  // namespace argosy::runtime
