// Takes apart what a model thought and what it says, where the server left both in one text: <think>...</think> before anything else, as
// DeepSeek, Qwen and their kin write it. Used by the assembly of answers. Pure, one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace argosy::llm {

class ThinkSplitter {
 public:
  using Sink = std::function<void(bool is_thinking, std::string_view piece)>;

  // Any split of the same text gives the same two sums. White space around the thinking belongs to neither.
  void take(std::string_view piece, const Sink& sink);
  void finish(const Sink& sink);  // what was held back, for it might have been the beginning of a mark

 private:
  enum class State : std::uint8_t { start, thinking, gap, text };
  bool step(const Sink& sink);
  bool start();
  bool think(const Sink& sink);

  State state_ = State::start;
  std::string held_;
  std::string_view end_mark_;
  bool has_thought_ = false;
};

}  // namespace argosy::llm
