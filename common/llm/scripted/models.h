// The models of a process, as ARGOSY_MODEL has it: those of models.yaml themselves, recorded, replayed, or a script in their place. Every
// main that calls models makes one, and knows nothing of the difference. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/llm/call/http_model.h"
#include "common/llm/call/retrying_model.h"
#include "common/llm/models/catalogue.h"
#include "common/llm/scripted/script/script.h"
#include "common/llm/scripted/tape/tape.h"

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
  // and costs nothing. Errors (B): model_setting_invalid, and those of load_models(), load_script() and Tape::open().
  static Result<std::unique_ptr<Models>> open(std::string_view setting, const std::string& models_file, ModelParts parts);

  const Catalogue& catalogue() const { return catalogue_; }
  // By its name in the catalogue, with its retries. It lives longer than its calls. Error (B): model_unknown.
  Result<std::shared_ptr<Model>> make_model(std::string_view name) const;

 private:
  Models(ModelSetting setting, Catalogue catalogue, ModelParts parts);
  std::shared_ptr<Model> bare(const ModelEntry& entry) const;

  const ModelSetting setting_;
  const Catalogue catalogue_;
  const ModelParts parts_;
  std::shared_ptr<Script> script_;
  std::shared_ptr<Tape> tape_;
};

}  // namespace argosy::llm
