// Where secrets stand in a text, and what makes them look like one. What redact() masks; what looks through diffs judges further by the
// kind. Pure but for the values that were registered; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace argosy::redaction {

enum class SecretKind : std::uint8_t {
  registered,   // a value of this process's configuration
  private_key,  // a block in PEM
  userinfo,     // https://HERE@host
  after_word,   // behind "bearer", "basic", "password="
  token,        // of a shape that forges, clouds and chat systems hand out
  named,        // the value of a name that says "secret"
  random,       // too evenly mixed to be anything else
};
std::string_view to_string(SecretKind kind);  // for people: "private key"

struct Secret {
  std::size_t at = 0, length = 0;
  SecretKind kind = SecretKind::random;
};

// By what they look like, in their order, without overlaps.
std::vector<Secret> find_secrets(std::string_view text);
// Values that redact_register_secret() was told, wherever they stand in it.
std::vector<Secret> registered_in(std::string_view text);

// Bits a character, of a text in which each stands for itself (Shannon).
double entropy(std::string_view text);

}  // namespace argosy::redaction
