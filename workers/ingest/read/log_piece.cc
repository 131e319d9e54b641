#include "workers/ingest/read/log_piece.h"

#include <algorithm>

#include "common/core/text.h"

namespace argosy::ingest {
namespace {

// Length of the character that begins at `at`; 0 when the bytes there are none.
std::size_t character(std::string_view text, std::size_t at) {
  for (std::size_t size = 1; size <= 4 && at + size <= text.size(); ++size)
    if (text::is_utf8(text.substr(at, size))) return size;
  return 0;
}

}  // namespace

std::string log_piece(std::string_view log, std::size_t offset, std::size_t max, std::size_t& next) {
  std::string out;
  const std::size_t end = offset + std::min(max, log.size() - std::min(offset, log.size()));
  for (next = offset; next < end;) {
    const std::size_t size = character(log, next);
    if (next + size > end) break;  // the rest of it comes with the next piece
    const char byte = log[next];
    if (size == 0 || byte == '\0') {
      out += "\uFFFD";
    } else {
      out.append(log.substr(next, size));
    }
    next += std::max<std::size_t>(size, 1);
  }
  return out;
}

}  // namespace argosy::ingest
