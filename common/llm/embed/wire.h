// Embeddings in the words of each vendor: /embeddings of OpenAI and all compatible servers, /api/embed of Ollama. Internal to the folder;
// pure. What is read comes from outside: bounded, never throws.
#pragma once

#include <string_view>

#include "common/llm/api.h"
#include "common/llm/embed/embedder.h"
#include "common/llm/wire/encode.h"

namespace argosy::llm {

// Errors (B): embedding_unsupported (Anthropic has none), key_invalid, and embedding_invalid for no text, an empty one, too many, too large
// ones.
Result<WireRequest> encode_embedding(const Endpoint& endpoint, const std::vector<std::string>& texts);

// A 200's body. Errors (A): embedding_malformed for anything but one vector a text, all of one size, of finite numbers and not of zeros
// alone. What comes out has the length 1.
struct ReadEmbedding {
  std::vector<Vector> vectors{};
  Usage usage{};
};
Result<ReadEmbedding> read_embedding(std::string_view body, std::size_t texts);

}  // namespace argosy::llm
