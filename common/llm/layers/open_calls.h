// The outermost layer: knows which calls are under way, so that whoever takes the layers down can end them first. Thread-safe.
#pragma once

#include <memory>

#include "common/llm/call/model.h"

namespace argosy::llm {

class OpenCalls : public Model {
 public:
  explicit OpenCalls(std::shared_ptr<Model> inner);
  ~OpenCalls();  // as stop()

  // After stop(): cancelled, at once.
  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;
  // Ends all calls as cancelled and waits until each of them has said so. Never from a `done`.
  void stop();

 private:
  struct State;

  const std::shared_ptr<Model> inner_;
  const std::shared_ptr<State> state_;
};

}  // namespace argosy::llm
