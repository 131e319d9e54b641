// The models of a process, as ARGOSY_MODEL has it, with all that stands around a call; all of them behind one Model. Every main that calls
// models makes one, and knows nothing of the difference. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/llm/cache/answer_cache.h"
#include "common/llm/cache/rules.h"
#include "common/llm/call/http_model.h"
#include "common/llm/call/retrying_model.h"
#include "common/llm/embed/embedder.h"
#include "common/llm/journal/journal.h"
#include "common/llm/models/catalogue.h"
#include "common/llm/money/till.h"
#include "common/llm/scripted/script/script.h"
#include "common/llm/scripted/setting.h"
#include "common/telemetry/metrics.h"

namespace argosy::llm {

// What calls need. All live longer than the models.
struct ModelParts {
  http::StreamClient& client;
  Gates& gates;
  const Clock& clock;
  std::function<double()> random;  // uniform in [0, 1), from any thread
  RetrySettings retries{};
  std::string ca_file{};

  // What stands around them, each left out where there is none. `run` is where these may block: needed with any of the first three.
  RunBlocking run{};
  Ledger* ledger = nullptr;    // null: nobody pays
  Journal* journal = nullptr;  // null: nothing is kept
  AnswerCache* cache = nullptr;
  CacheRules cache_rules{};
  std::function<bool(const CallOptions& options)> may_be_alike{};  // CachingSettings::may_be_alike
  std::string cache_embedder{};                                    // a model of models.yaml; empty: the first that embeds
  telemetry::Metrics* metrics = nullptr;
};

class Models {
 public:
  // `setting` is ARGOSY_MODEL, `models_file` ARGOSY_MODELS. A script without models.yaml stands for one model `scripted`, which can do all
  // and costs nothing. Errors (B): model_setting_invalid, and those of load_models(), read_checked(), load_script(), Tape::open() and
  // choose_embedder().
  static Result<std::unique_ptr<Models>> open(std::string_view setting, const std::string& models_file, ModelParts parts);

  const Catalogue& catalogue() const { return catalogue_; }
  // The one that all calls go to: which of the catalogue's models answers, their CallOptions decide (route/route.h). It lives as long as
  // this, and this longer than its calls.
  const std::shared_ptr<Model>& model() const { return model_; }
  // Who makes vectors, paid like any call; null: nobody. As long as this.
  Embedder* embedder() const { return embedder_.get(); }
  // Whether it may see a text of such a call (embed/choice.h).
  bool may_embed(const CallOptions& options) const;
  // Shows how the gates of the models are; now and then. Without metrics nothing.
  void show_gates();
  // What tries that lost, and settles that are tried again, may still use when this is gone: to be kept until the threads of `client` and
  // `run` have ended.
  std::shared_ptr<const void> remains() const { return remains_; }

 private:
  Models(ModelSetting setting, Catalogue catalogue, ModelParts parts);
  Result<void> build(const std::string& models_file);
  Result<void> build_route(const std::string& models_file);
  Result<void> build_embedder();
  void build_cache(const std::string& models_file);
  std::shared_ptr<Model> one(const ModelEntry& entry) const;
  std::shared_ptr<Gate> gate_of(const ModelEntry& entry) const;
  OnUnsettled unsettled() const;

  const ModelSetting setting_;
  const Catalogue catalogue_;
  const ModelParts parts_;
  const After after_;
  std::shared_ptr<Script> script_;
  struct Remains;
  const std::shared_ptr<Remains> remains_;
  Ledger* ledger_ = nullptr;            // the counted one, where there are metrics
  std::shared_ptr<Embedder> embedder_;  // null: the cache finds only what is the same
  ModelEntry embeds_;                   // its model
  std::shared_ptr<Model> model_;
};

}  // namespace argosy::llm
