// The first message of a TLS client, read only as far as it takes to see which server it asks for. A tunnel is opened for one name, and a
// hello that asks for another is how an allowed host is used as a front for one that is not. Internal to the room. Pure, any thread.
#pragma once

#include <optional>

#include "common/egress/policy.h"

namespace argosy::egress {

// Records and messages larger than this are no hello of a package manager.
inline constexpr std::size_t kMostHelloBytes = 32u << 10;

// Nothing while the hello is incomplete. The same bytes get the same verdict however they are split. Refusals (403): not_tls,
// hello_malformed, sni_missing (unless the host is an address, which no hello can name, or the policy lets it pass), sni_mismatch,
// ech_refused (an encrypted inner hello can ask for anything).
std::optional<Judged<void>> judge_hello(std::string_view bytes, const HostName& asked_for, bool allow_missing_sni);

// What a TLS client reads when its hello was refused: a fatal alert, access_denied.
std::string tls_alert();

}  // namespace argosy::egress
