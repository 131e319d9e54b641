// What a vendor says is wrong, read from the body of an error in whatever shape that vendor gives it. Used by fault.cc. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "common/llm/faults/fault.h"

namespace argosy::llm {

inline constexpr int kNoStatus = 200;  // the error came inside of an answer that had begun well
inline constexpr std::size_t kLongestComplaint = 500;

struct Complaint {
  std::string message, type, code;  // for people, at most kLongestComplaint; as the vendor names it; both may be empty
};
// Of any body: JSON of the OpenAI, Anthropic or Ollama kind, of their imitators, or text. HTML says nothing.
Complaint read_complaint(std::string_view body);

FaultKind kind_of(int status, const Complaint& complaint);

}  // namespace argosy::llm
