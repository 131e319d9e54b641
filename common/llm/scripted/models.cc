#include "common/llm/scripted/models.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "common/core/text.h"
#include "common/llm/check/checked.h"
#include "common/llm/route/routed_model.h"
#include "common/llm/scripted/script/scripted_model.h"
#include "common/llm/scripted/tape/recording_model.h"
#include "common/llm/scripted/tape/replaying_model.h"

namespace argosy::llm {
namespace {

using Kind = ModelSetting::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 3> kKinds{
    {{"script:", Kind::script}, {"replay:", Kind::replay}, {"record:", Kind::record}}};

// A script that stands for all models: as able as any, and nothing is paid for it.
ModelEntry scripted_entry() {
  return {.name = "scripted",
          .endpoint = {.base_url = {}, .model = "scripted"},
          .context_tokens = 1'000'000,
          .max_output_tokens = 100'000,
          .prices = Prices{},
          .can = {.tools = true, .images = true, .schema = true, .thinking = true, .stream = true},
          .image_tokens = 1'600};
}

// A model with its retries, in one.
class Patient : public Model {
 public:
  Patient(std::shared_ptr<Model> inner, After after, const ModelParts& parts)
      : inner_(std::move(inner)), retrying_(*inner_, std::move(after), parts.random, parts.retries) {}

  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override {
    retrying_.start(std::move(request), std::move(options), std::move(done));
  }

 private:
  const std::shared_ptr<Model> inner_;
  RetryingModel retrying_;
};

After after_of(http::StreamClient& client) {
  return [&client](std::chrono::milliseconds wait, std::function<void()> what) { client.after(wait, std::move(what)); };
}

}  // namespace

Result<ModelSetting> parse_model_setting(std::string_view text) {
  if (text.empty()) return ModelSetting{};
  for (const auto& [prefix, kind] : kKinds)
    if (text.starts_with(prefix) && text.size() > prefix.size()) return ModelSetting{kind, std::string(text.substr(prefix.size()))};
  return fail_user("model_setting_invalid", fmt::format("ARGOSY_MODEL is \"{}\"", text::ellipsize(text::to_utf8(text), 100)),
                   "it is script:FILE, replay:DIR or record:DIR; empty for the models of ARGOSY_MODELS themselves");
}

Result<std::unique_ptr<Models>> Models::open(std::string_view text, const std::string& models_file, ModelParts parts) {
  ARGOSY_TRY(auto setting, parse_model_setting(text));
  ARGOSY_TRY(auto catalogue, load_models(models_file, setting.is_offline() ? Keys::left_out : Keys::needed));
  if (setting.kind == Kind::script && catalogue.models().empty()) catalogue = Catalogue({scripted_entry()});
  std::unique_ptr<Models> models(new Models(std::move(setting), std::move(catalogue), std::move(parts)));
  ARGOSY_TRY_VOID(models->build(models_file));
  return models;
}

// The layers, from the inside (call/model.h): each model by itself, the route through them, its retries, the tape.
Result<void> Models::build(const std::string& models_file) {
  const auto after = after_of(parts_.client);
  const auto& [kind, path] = setting_;
  if (kind == Kind::replay) {  // what is recorded has all of them behind it
    ARGOSY_TRY(std::shared_ptr<Tape> tape, Tape::open(path, Tape::Use::replay));
    model_ = std::make_shared<ReplayingModel>(std::move(tape), after);
    return {};
  }
  RouteParts route{.model_of = [this](const ModelEntry& entry) { return one(entry); },
                   .gate_of = [this](const ModelEntry& entry) { return gate_of(entry); },
                   .clock = parts_.clock,
                   .after = after};
  if (kind == Kind::script) {
    ARGOSY_TRY(script_, load_script(path));
  } else {
    ARGOSY_TRY(route.checks, read_checked(models_file));
  }
  model_ = std::make_shared<Patient>(std::make_shared<RoutedModel>(catalogue_, std::move(route)), after, parts_);
  if (kind == Kind::record) {
    ARGOSY_TRY(std::shared_ptr<Tape> tape, Tape::open(path, Tape::Use::record));
    model_ = std::make_shared<RecordingModel>(std::move(model_), std::move(tape));
  }
  return {};
}

std::shared_ptr<Model> Models::one(const ModelEntry& entry) const {
  if (script_) return std::make_shared<ScriptedModel>(entry.name, script_, after_of(parts_.client));
  return std::make_shared<HttpModel>(HttpModelSettings{.endpoint = entry.endpoint, .local = entry.local, .ca_file = parts_.ca_file},
                                     parts_.client, gate_of(entry), parts_.clock);
}

// A script has none: it fails as it says.
std::shared_ptr<Gate> Models::gate_of(const ModelEntry& entry) const {
  if (script_) return nullptr;
  return parts_.gates.at(entry.endpoint, {entry.requests_per_minute.value_or(0), entry.tokens_per_minute.value_or(0)});
}

}  // namespace argosy::llm
