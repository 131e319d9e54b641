// Ids of tool calls in each vendor's spelling, made from ours: the same conversation always gets the same ones, so that prompt caches hit.
// Used by the encoders. Pure, any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/llm/conversation.h"

namespace argosy::llm {

enum class IdStyle : std::uint8_t {
  openai,     // at most 40 characters
  responses,  // at most 64
  anthropic,  // letters, digits, _ and -, at most 64
  mistral,    // exactly 9 letters and digits
  kimi,       // functions.NAME:NUMBER, numbered through the conversation
};

class CallIds {
 public:
  CallIds(IdStyle style, const std::vector<Message>& repaired);
  const std::string& of(const std::string& ours) const;  // of a call of that conversation

 private:
  std::map<std::string, std::string> theirs_;
};

}  // namespace argosy::llm
