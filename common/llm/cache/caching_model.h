// A model whose answers are given again to who asks the same of the same commit, or what is as good as the same. A hit costs nothing and
// says where it comes from; whatever is wrong with the cache is told and costs a hit, never the call. Outside of who pays, retries and
// records. Thread-safe; of a hit `done` and on_delta run where RunBlocking runs things.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/llm/cache/answer_cache.h"
#include "common/llm/cache/rules.h"
#include "common/llm/call/model.h"

namespace argosy::llm {

struct CachingSettings {
  CacheRules rules{};
  std::string models{};  // changes with what may answer: a digest of models.yaml; an answer of other models is never given again
  // What a call by that model cost, by its prices; null: nothing is known.
  std::function<NanoUsd(const std::string& model, const Usage& usage)> price{};
  // Whether the embedder may see the text of that call (embed/choice.h); any thread, must not block. Null: of all.
  std::function<bool(const CallOptions& options)> may_embed{};
  // Whether that call may be given an answer to what is only alike; where RunBlocking runs things, it may block. Null: all may.
  std::function<bool(const CallOptions& options)> may_be_alike{};
  // For logs; any thread, must not block. Null: nobody wants to know.
  std::function<void(const std::string& what, const Error& error)> on_trouble{};
};

class CachingModel : public Model {
 public:
  // `embedder` null: what is only alike is not found. All, and this, live longer than every call; the cache, and what the settings hold,
  // longer than what `run` still does, too: answers are kept and hits counted after `done`.
  CachingModel(Model& inner, AnswerCache& cache, Embedder* embedder, RunBlocking run, CachingSettings settings);
  ~CachingModel() override;

  // Calls without payer, repository or commit, and those whose kind has no rule, go straight to the inner model. Same calls at the same
  // time share one: who comes later waits for the first, and asks by itself when that one fails. It waits by the clock of the first: its
  // own time-outs and longest wait begin when it asks, its stop ends it at any time.
  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;

  struct Shared;  // internal

 private:
  const std::shared_ptr<Shared> shared_;
};

// For CachingSettings::models: of the file models.yaml. One that cannot be read counts as empty.
std::string models_digest(const std::string& models_file);

}  // namespace argosy::llm
