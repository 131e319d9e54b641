// The bytes of a response's body, as they come, become an answer. SSE, NDJSON and plain JSON are told apart by what the body holds, never
// by a header. Used by whoever calls a model. What is read comes from outside: bounded, never throws. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "common/llm/api.h"
#include "common/llm/conversation.h"

namespace argosy::llm {

struct ReaderLimits {
  std::size_t max_bytes = 256u << 20;         // of the body; a chunk of a stream has some 300 bytes for one token
  std::size_t max_event_bytes = 4u << 20;     // of one event, one line, or a body that is one JSON text
  std::size_t max_answer_bytes = 16u << 20;   // kept: text, thinking and arguments together
  std::size_t max_argument_bytes = 4u << 20;  // of one call
  std::size_t max_tool_calls = 128;
};

enum class Delta : std::uint8_t { text, thinking };
// Pieces for people who watch; valid UTF-8, valid during the call. Their sum may hold white space and tool calls written as text that the
// answer does not.
using OnDelta = std::function<void(Delta kind, std::string_view piece)>;

class AnswerReader {
 public:
  // `offered`: the tools of the request, read by make() only. With them a call that the model wrote into its text counts when it names one
  // of them; null: whatever it names.
  static std::unique_ptr<AnswerReader> make(Api api, ReaderLimits limits = {}, const std::vector<Tool>* offered = nullptr);
  virtual ~AnswerReader() = default;

  // The next bytes; any split of the same bytes gives the same answer.
  virtual void take(std::string_view bytes, const OnDelta& on_delta = {}) = 0;
  // False once nothing that follows can change the answer: its end mark came, or an error or a limit ended it. The connection may be
  // closed.
  virtual bool wants_more() const = 0;
  // Once, at the end of the body, whatever ended it. Without its end mark the answer is not complete, and what came is in it.
  virtual Answer finish() = 0;
};

}  // namespace argosy::llm
