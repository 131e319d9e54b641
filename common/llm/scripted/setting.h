// What ARGOSY_MODEL says: whether the models of models.yaml answer themselves, are recorded, or have a script or a recording in their
// place. Values, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/llm/models/model.h"

namespace argosy::llm {

struct ModelSetting {
  enum class Kind : std::uint8_t { real, script, replay, record };
  Kind kind = Kind::real;
  std::string path{};  // the script's file, the tape's folder
  // No call leaves the machine, and no key is needed.
  bool is_offline() const { return kind == Kind::script || kind == Kind::replay; }
};
// "", "script:FILE", "replay:DIR", "record:DIR". Error (B): model_setting_invalid.
Result<ModelSetting> parse_model_setting(std::string_view text);

// A script without models.yaml stands for this one: as able as any, and nothing is paid for it.
ModelEntry scripted_entry();

}  // namespace argosy::llm
