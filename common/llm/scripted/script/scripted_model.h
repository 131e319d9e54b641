// A model that answers by a script: without a network, without money, the same each time. Used by Models (layers/models.h).
// Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "common/llm/scripted/script/script.h"

namespace argosy::llm {

class ScriptedModel : public Model {
 public:
  // `name`: by which rules know it. All models of a process share their script, and so its counts.
  ScriptedModel(std::string name, std::shared_ptr<Script> script, After after)
      : name_(std::move(name)), script_(std::move(script)), after_(std::move(after)) {}

  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;

 private:
  const std::string name_;
  const std::shared_ptr<Script> script_;
  const After after_;
};

}  // namespace argosy::llm
