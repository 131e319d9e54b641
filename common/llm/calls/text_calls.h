// Tool calls that a model wrote into its text, because its server or its training knows no better form: the marks of Hermes and Qwen,
// Llama, DeepSeek, Kimi and Mistral, invoke elements, and a fenced JSON object. Used by the assembly of answers when no call came as such.
// What is read comes from outside: bounded. Pure, any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/llm/conversation.h"

namespace argosy::llm {

struct TextCall {
  std::string id{};  // empty where the format has none
  std::string name;
  std::string arguments;  // as written, or made from elements; not yet known to be JSON
};

struct TextCalls {
  std::string text;  // what is left of it
  std::vector<TextCall> calls{};
};

// `offered` null: any name counts; else only theirs, and arguments that are written as elements get the types of their schemas. A call that
// names none of them stays in the text. At most `max_calls`, the rest stays too.
TextCalls take_text_calls(std::string_view text, const std::vector<Tool>* offered, std::size_t max_calls);

}  // namespace argosy::llm
