// NDJSON, and JSON texts one after another in general: where each ends. Used by body.h and by the assembly of tool calls. What is read
// comes from outside: bounded. Pure, one thread at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace argosy::llm {

// Where an object or array ends, found by its brackets and strings alone; whether it is JSON is not looked at.
class JsonExtent {
 public:
  // How many of the bytes belong to the text: all of them while it is open.
  std::size_t take(std::string_view bytes);
  bool closed() const { return started_ && depth_ == 0; }
  bool started() const { return started_; }

 private:
  std::size_t depth_ = 0;
  bool started_ = false, in_string_ = false, escaped_ = false;
};

class JsonTexts {
 public:
  // False: no more is wanted.
  using Sink = std::function<bool(std::string_view text)>;

  explicit JsonTexts(std::size_t max_text_bytes) : max_text_bytes_(max_text_bytes) {}

  // Any split of the same bytes gives the same texts. False: the sink wants no more, a text passed its bound, or between two of them stood
  // something else (stray()); what follows is ignored then.
  bool take(std::string_view bytes, const Sink& sink);
  bool too_large() const { return too_large_; }
  bool stray() const { return stray_; }

 private:
  bool keep(std::string_view part);

  std::size_t max_text_bytes_;
  JsonExtent extent_;
  std::string text_;
  bool too_large_ = false, stray_ = false, stopped_ = false;
};

}  // namespace argosy::llm
