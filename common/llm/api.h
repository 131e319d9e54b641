// The wire formats that are spoken, and where a model is to be had. Values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argosy::llm {

// openai_chat is also what vLLM, llama.cpp's server, DeepSeek, Moonshot, Qwen and OpenRouter speak.
enum class Api : std::uint8_t { openai_chat, openai_responses, anthropic, ollama };

// "openai-chat", "openai-responses", "anthropic", "ollama"
std::string_view to_string(Api api);
std::optional<Api> api_from_string(std::string_view text);

struct Endpoint {
  Api api = Api::openai_chat;
  std::string base_url;             // without the path that the API defines: "https://host/v1" for the OpenAI kinds
  std::string model;                // as this server calls it
  std::string key{};                // a secret: never logged; empty: none is sent
  std::int64_t context_tokens = 0;  // asked of servers that must be told (Ollama); 0: their own default
};

}  // namespace argosy::llm
