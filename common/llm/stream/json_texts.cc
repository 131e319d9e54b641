#include "common/llm/stream/json_texts.h"

#include <utility>

namespace argosy::llm {

constexpr std::string_view kWhiteSpace = " \t\r\n";

std::size_t JsonExtent::take(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (in_string_) {
      // Most bytes of a stream are inside a string: they are skipped in runs.
      if (!std::exchange(escaped_, false)) {
        i = bytes.find_first_of("\"\\", i);
        if (i == std::string_view::npos) break;
        escaped_ = bytes[i] == '\\';
        in_string_ = escaped_;
      }
      continue;
    }
    switch (bytes[i]) {
      case '"':
        in_string_ = true;
        break;
      case '{':
      case '[':
        started_ = true;
        ++depth_;
        break;
      case '}':
      case ']':
        if (depth_ > 0) --depth_;
        if (closed()) return i + 1;
        break;
      default:
        break;
    }
  }
  return bytes.size();
}

bool JsonTexts::take(std::string_view bytes, const Sink& sink) {
  while (!stopped_) {
    if (!extent_.started()) {
      const auto start = bytes.find_first_not_of(kWhiteSpace);
      if (start == std::string_view::npos) break;
      bytes.remove_prefix(start);
      stray_ = bytes.front() != '{' && bytes.front() != '[';
      if (stray_) {
        stopped_ = true;
        break;
      }
    }
    const auto part = bytes.substr(0, extent_.take(bytes));
    bytes.remove_prefix(part.size());
    if (!keep(part)) {
      stopped_ = true;
    } else if (extent_.closed()) {
      stopped_ = !sink(text_);
      text_.clear();
      extent_ = {};
    }
    if (bytes.empty()) break;
  }
  return !stopped_;
}

bool JsonTexts::keep(std::string_view part) {
  too_large_ = text_.size() + part.size() > max_text_bytes_;
  if (!too_large_) text_ += part;
  return !too_large_;
}

}  // namespace argosy::llm
