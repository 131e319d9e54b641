// The body of a response as events, whatever its form: SSE, NDJSON, or one JSON text. Which it is shows in its first byte that is no white
// space; headers lie. Used by the readers of answers (wire/). What is read comes from outside: bounded. Pure, one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/llm/stream/json_texts.h"
#include "common/llm/stream/sse.h"

namespace argosy::llm {

class Body {
 public:
  // False: no more is wanted. JSON texts have no name.
  using Sink = std::function<bool(std::string_view name, std::string_view data)>;

  Body(std::size_t max_bytes, std::size_t max_event_bytes);

  // Any split of the same bytes gives the same events. False: the sink wants no more, or problem() says what ended it.
  bool take(std::string_view bytes, const Sink& sink);
  const std::string& problem() const { return problem_; }  // empty: none
  bool is_json() const { return form_ == Form::json; }     // else SSE, or nothing has shown yet
  std::size_t bytes() const { return bytes_; }             // how many were taken

 private:
  enum class Form : std::uint8_t { unknown, sse, json };
  std::string_view recognize(std::string_view bytes);
  bool stop(std::string why);

  std::size_t max_bytes_, max_event_bytes_, bytes_ = 0;
  Form form_ = Form::unknown;
  std::string bom_;  // its first bytes, as long as there may come more
  bool bom_is_done_ = false, indented_ = false, stopped_ = false;
  SseParser sse_;
  JsonTexts json_;
  std::string problem_;
};

}  // namespace argosy::llm
