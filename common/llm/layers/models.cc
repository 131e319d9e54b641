#include "common/llm/layers/models.h"

#include <fmt/format.h>

#include <utility>

#include "common/llm/cache/caching_model.h"
#include "common/llm/check/checked.h"
#include "common/llm/embed/choice.h"
#include "common/llm/embed/http_embedder.h"
#include "common/llm/embed/paying_embedder.h"
#include "common/llm/journal/journaling_model.h"
#include "common/llm/layers/troubles.h"
#include "common/llm/meters/metering.h"
#include "common/llm/money/cost.h"
#include "common/llm/money/paying_model.h"
#include "common/llm/route/routed_model.h"
#include "common/llm/scripted/script/scripted_model.h"
#include "common/llm/scripted/tape/recording_model.h"
#include "common/llm/scripted/tape/replaying_model.h"

namespace argosy::llm {
namespace {

using Kind = ModelSetting::Kind;

// A layer, and what it stands on for as long.
template <class Layer, class... More>
std::shared_ptr<Model> over(std::shared_ptr<Model> inner, More&&... more) {
  struct Both {
    Both(std::shared_ptr<Model> below, More&&... rest) : inner(std::move(below)), layer(*inner, std::forward<More>(rest)...) {}
    const std::shared_ptr<Model> inner;
    Layer layer;
  };
  const auto both = std::make_shared<Both>(std::move(inner), std::forward<More>(more)...);
  return {both, &both->layer};
}

After after_of(http::StreamClient& client) {
  return [&client](std::chrono::milliseconds wait, std::function<void()> what) { client.after(wait, std::move(what)); };
}

}  // namespace

struct Models::Remains {
  explicit Remains(const Clock& clock) : troubles(clock) {}

  Troubles troubles;
  std::unique_ptr<Meters> meters;
  std::unique_ptr<MeteringLedger> counted;
};

Result<std::unique_ptr<Models>> Models::open(std::string_view text, const std::string& models_file, ModelParts parts) {
  ARGOSY_TRY(auto setting, parse_model_setting(text));
  ARGOSY_TRY(auto catalogue, load_models(models_file, setting.is_offline() ? Keys::left_out : Keys::needed));
  if (setting.kind == Kind::script && catalogue.models().empty()) catalogue = Catalogue({scripted_entry()});
  std::unique_ptr<Models> models(new Models(std::move(setting), std::move(catalogue), std::move(parts)));
  ARGOSY_TRY_VOID(models->build(models_file));
  return models;
}

Models::Models(ModelSetting setting, Catalogue catalogue, ModelParts parts)
    : setting_(std::move(setting)),
      catalogue_(std::move(catalogue)),
      parts_(std::move(parts)),
      after_(after_of(parts_.client)),
      remains_(std::make_shared<Remains>(parts_.clock)),
      ledger_(parts_.ledger) {
  if (parts_.metrics == nullptr) return;
  remains_->meters = std::make_unique<Meters>(*parts_.metrics, catalogue_);
  if (ledger_ == nullptr) return;
  remains_->counted = std::make_unique<MeteringLedger>(*ledger_, *remains_->meters, parts_.clock);
  ledger_ = remains_->counted.get();
}

// The layers, from the inside (call/model.h): each model with who pays for its tries, the route through them, its retries, the tape, the
// cache, the journal, the counts.
Result<void> Models::build(const std::string& models_file) {
  if (setting_.kind == Kind::replay) {  // what is recorded has all of the route behind it
    ARGOSY_TRY(std::shared_ptr<Tape> tape, Tape::open(setting_.path, Tape::Use::replay));
    model_ = std::make_shared<ReplayingModel>(std::move(tape), after_);
  } else {
    ARGOSY_TRY_VOID(build_route(models_file));
  }
  if (setting_.kind == Kind::record) {
    ARGOSY_TRY(std::shared_ptr<Tape> tape, Tape::open(setting_.path, Tape::Use::record));
    model_ = std::make_shared<RecordingModel>(std::move(model_), std::move(tape));
  }
  // Scripts and recordings are the same each time, and a recording has no holes where something was known already.
  if (setting_.kind == Kind::real) ARGOSY_TRY_VOID(build_embedder());
  if (parts_.cache != nullptr && setting_.kind == Kind::real) build_cache(models_file);
  if (parts_.journal != nullptr) {
    model_ = over<JournalingModel>(std::move(model_), *parts_.journal, parts_.run, parts_.clock,
                                   [troubles = &remains_->troubles](const Error& error, std::uint64_t lost) {
                                     troubles->tell("calls of models are not in the journal", error, fmt::format("{} so far", lost));
                                   });
  }
  if (const auto meters = remains_->meters.get())
    model_ = over<MeteringModel>(std::move(model_), [meters](const CallResult& call) { meters->called(call); });
  return {};
}

Result<void> Models::build_route(const std::string& models_file) {
  RouteParts route{.model_of = [this](const ModelEntry& entry) { return one(entry); },
                   .gate_of = [this](const ModelEntry& entry) { return gate_of(entry); },
                   .clock = parts_.clock,
                   .after = after_};
  if (setting_.kind == Kind::script) {
    ARGOSY_TRY(script_, load_script(setting_.path));
  } else {
    ARGOSY_TRY(route.checks, read_checked(models_file));
  }
  model_ = over<RetryingModel>(std::make_shared<RoutedModel>(catalogue_, std::move(route)), after_, parts_.random, parts_.retries);
  return {};
}

Result<void> Models::build_embedder() {
  ARGOSY_TRY(const ModelEntry* entry, choose_embedder(catalogue_, parts_.cache_embedder, ledger_ != nullptr));
  if (entry == nullptr) return {};
  embeds_ = *entry;
  embedder_ =
      std::make_shared<HttpEmbedder>(HttpModelSettings{.endpoint = entry->endpoint, .local = entry->local, .ca_file = parts_.ca_file},
                                     parts_.client, gate_of(*entry), parts_.clock);
  if (ledger_ != nullptr)
    embedder_ = std::make_shared<PayingEmbedder>(std::move(embedder_), *entry, *ledger_, parts_.run, after_, unsettled());
  return {};
}

bool Models::may_embed(const CallOptions& options) const { return embedder_ != nullptr && llm::may_embed(catalogue_, embeds_, options); }

void Models::build_cache(const std::string& models_file) {
  CachingSettings settings{.rules = parts_.cache_rules, .models = models_digest(models_file)};
  settings.may_embed = [known = catalogue_, entry = embeds_](const CallOptions& options) { return llm::may_embed(known, entry, options); };
  settings.may_be_alike = parts_.may_be_alike;
  settings.price = [known = catalogue_](const std::string& model, const Usage& usage) {
    const ModelEntry* asked = known.find(model);
    return asked == nullptr ? 0 : real_cost(*asked, usage, true, {}).money;
  };
  settings.on_trouble = [kept = remains_](const std::string& what, const Error& error) { kept->troubles.tell(what, error); };
  model_ = over<CachingModel>(std::move(model_), *parts_.cache, embedder_.get(), parts_.run, std::move(settings));
}

std::shared_ptr<Model> Models::one(const ModelEntry& entry) const {
  std::shared_ptr<Model> model;
  if (script_) {
    model = std::make_shared<ScriptedModel>(entry.name, script_, after_);
  } else {
    model = std::make_shared<HttpModel>(HttpModelSettings{.endpoint = entry.endpoint, .local = entry.local, .ca_file = parts_.ca_file},
                                        parts_.client, gate_of(entry), parts_.clock);
  }
  // What has no room in a budget is no try.
  if (const auto meters = remains_->meters.get())
    model = over<MeteringModel>(std::move(model), [meters, name = entry.name](const CallResult& call) { meters->tried(name, call); });
  if (ledger_ == nullptr) return model;
  return std::make_shared<PayingModel>(entry, std::move(model), *ledger_, parts_.run, after_, unsettled());
}

OnUnsettled Models::unsettled() const {
  return [kept = remains_](const std::string& call, const Error& error) {
    kept->troubles.tell("calls of models could not be settled: they are charged in full", error, call);
  };
}

// A script has none: it fails as it says.
std::shared_ptr<Gate> Models::gate_of(const ModelEntry& entry) const {
  if (script_) return nullptr;
  return parts_.gates.at(entry.endpoint, {entry.requests_per_minute.value_or(0), entry.tokens_per_minute.value_or(0)});
}

void Models::show_gates() {
  if (remains_->meters) llm::show_gates(*remains_->meters, catalogue_, parts_.gates);
}

}  // namespace argosy::llm
