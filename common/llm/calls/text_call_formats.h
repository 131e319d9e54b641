// The formats of tool calls in a text, one function each. Internal to the folder; pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "common/llm/calls/text_calls.h"

namespace argosy::llm {

using Offered = const std::vector<Tool>*;

// `text` begins with the format's mark. Returns the calls and how much of the text they took; no calls: it only looked like some.
struct Found {
  std::vector<TextCall> calls{};
  std::size_t size = 0;
};
struct TextCallFormat {
  std::string_view mark;
  Found (*read)(std::string_view text, Offered offered);
};

Found read_tool_call_tag(std::string_view text, Offered offered);    // <tool_call>...</tool_call>: JSON, elements, GLM's pairs
Found read_function_tag(std::string_view text, Offered offered);     // <function=name>{...} or <parameter=key> elements</function>
Found read_invoke_elements(std::string_view text, Offered offered);  // <function_calls><invoke name="...">, DeepSeek's DSML too
Found read_deepseek_tokens(std::string_view text, Offered offered);  // <｜tool▁calls▁begin｜>
Found read_kimi_tokens(std::string_view text, Offered offered);      // <|tool_calls_section_begin|>
Found read_python_tag(std::string_view text, Offered offered);       // <|python_tag|>{...};{...}
Found read_mistral_token(std::string_view text, Offered offered);    // [TOOL_CALLS][...] or [TOOL_CALLS]name[ARGS]{...}
Found read_json_fence(std::string_view text, Offered offered);       // ```json {"name", "arguments"} ```
Found read_bare_object(std::string_view text, Offered offered);      // the whole text is {"name", "arguments"}

// {"name": ..., "arguments" or "parameters": ...}, or a list of these; nothing when it is anything else.
std::vector<TextCall> calls_of_json(std::string_view text);
// An object of elements. Their values are text where the element or the tool's schema says so, else JSON where they are JSON.
class ElementArguments {
 public:
  ElementArguments(std::string_view tool, Offered offered);
  void add(std::string_view key, std::string_view value, bool is_text = false);
  std::string json() const;

 private:
  const json::Value* properties_ = nullptr;
  json::Object object_;
};

// `text` between the two marks that follow `from`; moves `from` behind the second. Nothing when one is missing.
std::optional<std::string_view> between(std::string_view text, std::string_view begin, std::string_view end, std::size_t& from);

}  // namespace argosy::llm
