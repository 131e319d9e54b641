// What looks like a secret and is none: placeholders, keys that vendors print in their manuals, names of secrets instead of values.
// Internal to secret_scan.cc. Pure, any thread.
#pragma once

#include <string_view>

#include "common/core/redact/secrets.h"

namespace argosy::tasks {

struct SecretCandidate {
  redaction::SecretKind kind = redaction::SecretKind::random;
  std::string_view value;
  std::string_view before, after;  // the rest of its line, or what stands around it in its text
  std::string_view path;
};

// The name of the first rule by which it is harmless; empty: it is a secret.
std::string_view harmless_by(const SecretCandidate& candidate);

}  // namespace argosy::tasks
