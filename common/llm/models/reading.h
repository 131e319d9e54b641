// Readers of models.yaml that its parts share. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/config/yaml/reading.h"
#include "common/llm/models/model.h"
#include "common/llm/route/rules.h"

namespace argosy::llm {

// US dollars for a million tokens, exactly as written.
yaml::Read price_into(std::optional<NanoUsd>& target, std::string what);

// The list below `routes`; `models` are those that a route may name.
yaml::Read routes_into(Routes& routes, const std::vector<ModelEntry>& models);

}  // namespace argosy::llm
