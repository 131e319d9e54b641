// The head of a request to the proxy: CONNECT host:port, or GET and HEAD of an http:// URL. Everything that two programs could read
// differently is refused: folded headers, two hosts, bodies, bare line feeds. Internal to the room. Pure, any thread.
#pragma once

#include <optional>

#include "common/egress/policy.h"

namespace argosy::egress {

struct Request {
  HostPort to;
  bool tunnel = false;     // CONNECT
  bool wants_body = true;  // false after HEAD: an answer to it has none
  std::string forward{};   // the head that goes to the server; empty for a tunnel
  std::size_t length = 0;  // bytes that the head took
};

// Nothing while the head is incomplete. The same bytes get the same verdict however they are split. Refusals: request_malformed,
// header_malformed, host_malformed, port_malformed, userinfo_refused, host_mismatch, body_refused, scheme_refused, version_refused (400),
// method_refused (405), head_too_large (431), socks_refused (no answer).
std::optional<Judged<Request>> read_head(std::string_view bytes, std::size_t max_bytes);

// What a refused client reads: status, `X-Argosy-Egress: refused; reason=...`, and the text unless the body is not wanted.
std::string answer_to(const Refusal& refusal, bool wants_body = true);

}  // namespace argosy::egress
