#include "common/llm/stream/body.h"

#include <fmt/format.h>

#include <utility>

namespace argosy::llm {

constexpr std::string_view kBom = "\xef\xbb\xbf";

Body::Body(std::size_t max_bytes, std::size_t max_event_bytes)
    : max_bytes_(max_bytes), max_event_bytes_(max_event_bytes), sse_(max_event_bytes), json_(max_event_bytes) {}

bool Body::take(std::string_view bytes, const Sink& sink) {
  if (stopped_) return false;
  const bool too_long = bytes.size() > max_bytes_ - bytes_;
  if (too_long) bytes = bytes.substr(0, max_bytes_ - bytes_);
  bytes_ += bytes.size();

  if (form_ == Form::unknown) bytes = recognize(bytes);
  bool more = true;
  if (form_ == Form::sse) {
    // What belongs to the first line after all. It ends none: the sink is not called.
    if (std::exchange(indented_, false)) sse_.take(" ", nullptr);
    if (!bom_.empty()) sse_.take(std::exchange(bom_, {}), nullptr);
    more = sse_.take(bytes, [&](const SseEvent& event) { return sink(event.name, event.data); });
  } else if (form_ == Form::json) {
    more = json_.take(bytes, [&](std::string_view text) { return sink({}, text); });
  }

  if (sse_.too_large() || json_.too_large()) return stop(fmt::format("one event has more than {} bytes", max_event_bytes_));
  if (json_.stray()) return stop("between JSON texts stands something else");
  if (more && too_long) return stop(fmt::format("the answer has more than {} bytes", max_bytes_));
  stopped_ = !more;
  return more;
}

// Drops what may stand before the first line or text, and decides the form by what follows. Returns the bytes that are left.
std::string_view Body::recognize(std::string_view bytes) {
  while (!bytes.empty()) {
    const char c = bytes.front();
    if (!bom_is_done_ && c == kBom[bom_.size()]) {
      bom_ += c;
      bom_is_done_ = bom_.size() == kBom.size();
      if (bom_is_done_) bom_.clear();
      bytes.remove_prefix(1);
      continue;
    }
    bom_is_done_ = true;
    if (bom_.empty() && (c == '\r' || c == '\n' || c == ' ' || c == '\t')) {
      indented_ = c == ' ' || c == '\t';  // an SSE line that begins so names no field
      bytes.remove_prefix(1);
      continue;
    }
    form_ = bom_.empty() && (c == '{' || c == '[') ? Form::json : Form::sse;
    break;
  }
  return bytes;
}

bool Body::stop(std::string why) {
  problem_ = std::move(why);
  stopped_ = true;
  return false;
}

}  // namespace argosy::llm
