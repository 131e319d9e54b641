// The one redactor: masks secrets in text that leaves the process (logs, events, artifacts of type log, error messages). Any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy {

// Registers a value that must never be shown (a configured token, a webhook secret). Values shorter than 6 bytes are ignored.
void redact_register_secret(std::string value);

// `text` with registered secrets, URLs' userinfo, bearer tokens, private-key blocks, well-known token shapes, values whose name says that
// they are secret, and long runs that are too random to be anything else, replaced by "[redacted]".
std::string redact(std::string_view text);

// The same, and e-mail addresses, telephone numbers, payment cards and IBANs replaced by what they are: "[email]", "[phone]", "[card]",
// "[iban]". For conversations with models, which are kept.
std::string redact_personal(std::string_view text);

}  // namespace argosy
