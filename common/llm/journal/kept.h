// What is kept of a conversation: JSON (conversation_json.h) without secrets and personal data, without images, and within bounds. Pure,
// any thread.
#pragma once

#include <string>

#include "common/llm/conversation.h"

namespace argosy::llm {

struct KeptBounds {
  std::size_t text = 128u << 10;  // bytes of one text; a longer one loses its middle and says so
  std::size_t whole = 4u << 20;   // bytes of a request or an answer; where it has more, all texts are cut shorter
};

// Each text is redacted by itself, so that the JSON stays what it was: a secret that is spread over two of them is not found. An image
// becomes the text "[image: image/png, 4711 bytes, sha256 ...]".
std::string kept_json(const Request& request, const KeptBounds& bounds = {});
std::string kept_json(const Answer& answer, const KeptBounds& bounds = {});

}  // namespace argosy::llm
