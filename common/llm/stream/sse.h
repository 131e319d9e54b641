// Server-sent events by the WHATWG rules: lines end with CR, LF or CRLF, comments, several data lines, events by name. Used by body.h,
// which drops the BOM. What is read comes from outside: bounded. Pure, one thread at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace argosy::llm {

struct SseEvent {
  std::string_view name;  // empty: the stream did not name it
  std::string_view data;  // its data lines, joined by \n
};

class SseParser {
 public:
  // False: no more is wanted.
  using Sink = std::function<bool(const SseEvent& event)>;

  explicit SseParser(std::size_t max_event_bytes) : max_event_bytes_(max_event_bytes) {}

  // Any split of the same bytes gives the same events. An event that its empty line did not end is none. False: the sink wants no more, or
  // an event passed its bound (too_large()); what follows is ignored then.
  bool take(std::string_view bytes, const Sink& sink);
  bool too_large() const { return too_large_; }

 private:
  bool end_line(std::string_view line, const Sink& sink);
  void field(std::string_view line);
  bool keep(std::string_view part);

  std::size_t max_event_bytes_;
  std::string line_, name_, data_;
  bool has_data_ = false, skip_lf_ = false, too_large_ = false, stopped_ = false;
};

}  // namespace argosy::llm
