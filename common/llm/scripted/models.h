// The models of a process, as ARGOSY_MODEL has it: those of models.yaml themselves, recorded, replayed, or a script in their place; all
// of them behind one Model. Every main that calls models makes one, and knows nothing of the difference. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/llm/call/http_model.h"
#include "common/llm/call/retrying_model.h"
#include "common/llm/models/catalogue.h"
#include "common/llm/scripted/script/script.h"

namespace argosy::llm {

// What ARGOSY_MODEL says.
struct ModelSetting {
  enum class Kind : std::uint8_t { real, script, replay, record };
  Kind kind = Kind::real;
  std::string path{};  // the script's file, the tape's folder
  // No call leaves the machine, and no key is needed.
  bool is_offline() const { return kind == Kind::script || kind == Kind::replay; }
};
// "", "script:FILE", "replay:DIR", "record:DIR". Error (B): model_setting_invalid.
Result<ModelSetting> parse_model_setting(std::string_view text);

// What calls need. All live longer than the models.
struct ModelParts {
  http::StreamClient& client;
  Gates& gates;
  const Clock& clock;
  std::function<double()> random;  // uniform in [0, 1), from any thread
  RetrySettings retries{};
  std::string ca_file{};
};

class Models {
 public:
  // `setting` is ARGOSY_MODEL, `models_file` ARGOSY_MODELS. A script without models.yaml stands for one model `scripted`, which can do all
  // and costs nothing. Errors (B): model_setting_invalid, and those of load_models(), read_checked(), load_script() and Tape::open().
  static Result<std::unique_ptr<Models>> open(std::string_view setting, const std::string& models_file, ModelParts parts);

  const Catalogue& catalogue() const { return catalogue_; }
  // The one that all calls go to: which of the catalogue's models answers, their CallOptions decide (route/route.h). It lives longer than
  // its calls.
  std::shared_ptr<Model> model() const { return model_; }

 private:
  Models(ModelSetting setting, Catalogue catalogue, ModelParts parts)
      : setting_(std::move(setting)), catalogue_(std::move(catalogue)), parts_(std::move(parts)) {}
  Result<void> build(const std::string& models_file);
  std::shared_ptr<Model> one(const ModelEntry& entry) const;
  std::shared_ptr<Gate> gate_of(const ModelEntry& entry) const;

  const ModelSetting setting_;
  const Catalogue catalogue_;
  const ModelParts parts_;
  std::shared_ptr<Script> script_;
  std::shared_ptr<Model> model_;
};

}  // namespace argosy::llm
