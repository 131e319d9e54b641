#include "common/llm/scripted/models.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "common/core/text.h"
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
  const auto& [kind, path] = models->setting_;
  if (kind == Kind::script) {
    ARGOSY_TRY(models->script_, load_script(path));
  } else if (kind != Kind::real) {
    ARGOSY_TRY(models->tape_, Tape::open(path, kind == Kind::record ? Tape::Use::record : Tape::Use::replay));
  }
  return models;
}

Models::Models(ModelSetting setting, Catalogue catalogue, ModelParts parts)
    : setting_(std::move(setting)), catalogue_(std::move(catalogue)), parts_(std::move(parts)) {}

std::shared_ptr<Model> Models::bare(const ModelEntry& entry) const {
  const auto after = after_of(parts_.client);
  if (script_) return std::make_shared<ScriptedModel>(entry.name, script_, after);
  return std::make_shared<HttpModel>(
      HttpModelSettings{.endpoint = entry.endpoint, .local = entry.local, .ca_file = parts_.ca_file}, parts_.client,
      parts_.gates.at(entry.endpoint, {entry.requests_per_minute.value_or(0), entry.tokens_per_minute.value_or(0)}), parts_.clock);
}

Result<std::shared_ptr<Model>> Models::make_model(std::string_view name) const {
  ARGOSY_TRY(const ModelEntry* entry, catalogue_.get(name));
  const auto after = after_of(parts_.client);
  // What is recorded has its retries behind it.
  if (setting_.kind == Kind::replay) return std::make_shared<ReplayingModel>(entry->name, tape_, after);
  auto patient = std::make_shared<Patient>(bare(*entry), after, parts_);
  if (setting_.kind == Kind::record) return std::make_shared<RecordingModel>(entry->name, std::move(patient), tape_);
  return patient;
}

}  // namespace argosy::llm
