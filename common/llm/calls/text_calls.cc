#include "common/llm/calls/text_calls.h"

#include <algorithm>
#include <array>

#include "common/core/text.h"
#include "common/llm/calls/text_call_formats.h"

namespace argosy::llm {
namespace {

constexpr auto kFormats = std::to_array<TextCallFormat>({
    {"<tool_call>", read_tool_call_tag},
    {"<function=", read_function_tag},
    {"<function_calls>", read_invoke_elements},
    {"<｜DSML｜function_calls>", read_invoke_elements},
    {"<｜tool▁calls▁begin｜>", read_deepseek_tokens},
    {"<｜tool▁call▁begin｜>", read_deepseek_tokens},
    {"<|tool_calls_section_begin|>", read_kimi_tokens},
    {"<|tool_call_begin|>", read_kimi_tokens},
    {"<|python_tag|>", read_python_tag},
    {"[TOOL_CALLS]", read_mistral_token},
    {"```", read_json_fence},
});

bool all_offered(const std::vector<TextCall>& calls, Offered offered) {
  return std::ranges::all_of(calls, [&](const TextCall& call) {
    if (call.name.empty()) return false;
    return offered == nullptr || std::ranges::find(*offered, call.name, &Tool::name) != offered->end();
  });
}

Found find_at(std::string_view text, Offered offered) {
  for (const auto& format : kFormats) {
    if (text.starts_with(format.mark)) return format.read(text, offered);
  }
  return {};
}

}  // namespace

TextCalls take_text_calls(std::string_view text, Offered offered, std::size_t max_calls) {
  TextCalls taken;
  const auto fits = [&](const Found& found) {
    return !found.calls.empty() && taken.calls.size() + found.calls.size() <= max_calls && all_offered(found.calls, offered);
  };
  const auto take = [&](Found& found) {
    for (auto& call : found.calls) taken.calls.push_back(std::move(call));
  };
  if (auto whole = read_bare_object(text, offered); fits(whole)) {
    take(whole);
    return taken;
  }
  // A mark that leads to no call is passed over, a fence with all that is in it. A look at a mark may read to the end of the text, so the
  // number of those that fail is bounded.
  constexpr int kMaxFailedLooks = 50;
  int failed = 0;
  std::size_t kept = 0;
  for (std::size_t at = text.find_first_of("<[`"); at != std::string_view::npos && failed < kMaxFailedLooks;) {
    auto found = find_at(text.substr(at), offered);
    if (fits(found)) {
      taken.text += text.substr(kept, at - kept);
      kept = at + found.size;
      take(found);
      at = text.find_first_of("<[`", kept);
      continue;
    }
    const bool is_fence = text[at] == '`' && found.size > 0;
    if (!is_fence && found.size > 0) ++failed;
    at = text.find_first_of("<[`", at + (is_fence ? found.size : 1));
  }
  taken.text += text.substr(kept);
  if (!taken.calls.empty()) taken.text = text::trim(taken.text);
  return taken;
}

}  // namespace argosy::llm
