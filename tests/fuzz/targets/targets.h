// What is thrown at the parsers of common/llm: each target takes any bytes and ends the program when a promise is broken. Used by libFuzzer
// (../main.cc) and by the replay of the corpus in the unit tests. One thread.
#pragma once

#include <span>
#include <string_view>

namespace argosy::fuzz {

struct Target {
  std::string_view name;  // also of its folder in ../corpus
  std::string_view api;   // whose recorded streams are its seeds; empty: all
  void (*run)(std::string_view bytes);
};
std::span<const Target> targets();

// The promises: the same events, texts and answers however the bytes are split; what is printed is JSON; arguments without a problem are an
// object, and reading them again changes nothing; an answer becomes a request that every vendor takes.
void sse(std::string_view bytes);
void json_texts(std::string_view bytes);
void arguments(std::string_view bytes);
void text_calls(std::string_view bytes);
void openai_chat(std::string_view bytes);
void openai_responses(std::string_view bytes);
void anthropic(std::string_view bytes);
void ollama(std::string_view bytes);

// Ends the program with the sentence on standard error.
void promise(bool is_kept, std::string_view sentence);
// `bytes` in pieces whose sizes follow from the bytes.
std::span<const std::string_view> pieces(std::string_view bytes);

}  // namespace argosy::fuzz
