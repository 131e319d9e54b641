#include "common/llm/stream/sse.h"

#include <algorithm>
#include <utility>

namespace argosy::llm {

bool SseParser::take(std::string_view bytes, const Sink& sink) {
  // The next of each kind, looked for once: a body may have only one of them.
  std::size_t lf = bytes.find('\n'), cr = bytes.find('\r');
  for (std::size_t at = 0; !stopped_ && at < bytes.size();) {
    const std::size_t end = std::min(lf, cr);
    const auto part = bytes.substr(at, end - at);
    if (end == std::string_view::npos) {
      skip_lf_ = false;
      stopped_ = !keep(part);
      break;
    }
    const bool is_second_half = std::exchange(skip_lf_, bytes[end] == '\r') && end == at && end == lf;  // of CRLF
    at = end + 1;
    if (end == lf) lf = bytes.find('\n', at);
    if (end == cr) cr = bytes.find('\r', at);
    if (is_second_half) continue;
    if (line_.empty()) {
      stopped_ = !end_line(part, sink);
    } else if (keep(part)) {
      const std::string line = std::exchange(line_, {});
      stopped_ = !end_line(line, sink);
    } else {
      stopped_ = true;
    }
  }
  return !stopped_;
}

// The beginning of a line whose end has not come. A comment may be endless: nothing of it is needed.
bool SseParser::keep(std::string_view part) {
  if (line_.starts_with(':')) return true;
  if (line_.empty() && part.starts_with(':')) part = part.substr(0, 1);
  too_large_ = line_.size() + part.size() > max_event_bytes_;
  if (!too_large_) line_ += part;
  return !too_large_;
}

bool SseParser::end_line(std::string_view line, const Sink& sink) {
  if (!line.empty()) {
    field(line);
    return !too_large_;
  }
  bool more = true;
  if (has_data_) {
    data_.pop_back();  // the \n of its last line
    more = sink(SseEvent{name_, data_});
  }
  name_.clear();
  data_.clear();
  has_data_ = false;
  return more;
}

void SseParser::field(std::string_view line) {
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") {
    name_ = value;
  } else if (name == "data") {
    has_data_ = true;
    data_.append(value).push_back('\n');
  }
  too_large_ = data_.size() + name_.size() > max_event_bytes_ + 1;
}

}  // namespace argosy::llm
