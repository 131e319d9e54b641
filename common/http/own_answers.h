// What the server answers by itself, before or instead of a route. Internal to the room, for sessions. Pure, any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "common/http/message.h"
#include "common/http/router.h"

namespace argosy::http {

Problem malformed(std::string detail);
Problem header_too_large(std::size_t most_bytes);
Problem body_too_large(std::size_t most_bytes);
Problem expectation_failed();
Problem too_many_connections();
// The part of a request, header or body, that did not arrive in time.
Problem too_slow(std::string_view part, std::chrono::milliseconds limit);
// To a request that is no handshake of WebSocket 13, where only that is spoken.
Response upgrade_required();
// A route that does not exist, or not for this method.
Response no_route(const Router::Found& found, const Request& request);
// A route that gave no answer; whether it did anything is not known.
Response no_answer(std::chrono::milliseconds patience);

// The time of an answer, as HTTP writes it.
std::string http_date();
// A header's value must not end its line, whatever a route put into it: control characters become spaces.
std::string one_line(std::string value);

}  // namespace argosy::http
