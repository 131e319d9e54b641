// The answers of one step's calls, kept as soon as they are there: an attempt after a crash or after a person's answer goes on with them
// and asks nothing twice. One step, one thread; blocking.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/core/json.h"
#include "common/llm/call/model.h"
#include "common/llm/prompts/prompt.h"
#include "common/runtime/handler.h"

namespace argosy::planning {

class KeptCalls {
 public:
  // What earlier attempts of the step have kept. All live longer. Errors: those of the artifacts.
  static Result<KeptCalls> open(llm::Model& model, const runtime::Step& step, runtime::StepContext& context);

  std::optional<std::string> kept(std::string_view name) const;
  // Errors: those of the artifacts.
  Result<void> keep(std::string_view name, std::string_view text);

  struct Call {
    std::string_view name, kind;
    llm::Complexity complexity = llm::Complexity::normal;
  };
  // The answer of that name, or else that of the model, never one of the cache: two requests about one repository look alike, since most of
  // what is said is the repository, and the one forbids what the other wants. One that was cut off is an empty one. Errors: those of the
  // call and of the artifacts.
  Result<std::string> ask(const Call& call, llm::Rendered prompt);

 private:
  KeptCalls(llm::Model& model, const runtime::Step& step, runtime::StepContext& context) : model_(model), step_(step), context_(context) {}

  llm::Model& model_;
  const runtime::Step& step_;
  runtime::StepContext& context_;
  json::Object state_;  // texts by their names
};

}  // namespace argosy::planning
