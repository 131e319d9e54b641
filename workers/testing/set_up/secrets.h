// Secrets that set-ups may see: what the operator has put there for a repository, and the repository's .argosy.yaml (of the base commit)
// names. Tests never see any. Values, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::testing {

// Repository ("org/name") -> variable -> value.
using SetUpSecrets = std::map<std::string, std::map<std::string, std::string>>;

// Of ARGOSY_SETUP_SECRETS: lines "org/name VARIABLE value"; empty ones and those from '#' are passed over. The values are registered with
// the redactor. Errors (B): setup_secrets_malformed, with the line's number and nothing of its content.
Result<SetUpSecrets> parse_set_up_secrets(std::string_view text);

// Those of the repository that `names` asks for. `missing` gets the names that nobody gave.
std::map<std::string, std::string> secrets_for(const SetUpSecrets& all, const std::string& repository,
                                               const std::vector<std::string>& names, std::vector<std::string>& missing);

}  // namespace argosy::testing
