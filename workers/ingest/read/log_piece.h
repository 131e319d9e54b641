// A part of a log as text. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::ingest {

// At most `max` bytes of `log` from `offset`, not cut inside a character, as valid UTF-8 without NUL: what is not becomes U+FFFD. `next` is
// the offset behind it, in bytes of the log; `max` is at least 4.
std::string log_piece(std::string_view log, std::size_t offset, std::size_t max, std::size_t& next);

}  // namespace argosy::ingest
