// Calls between marks and in elements.
#include <fmt/format.h>

#include "common/core/text.h"
#include "common/llm/calls/text_call_formats.h"
#include "common/llm/stream/json_texts.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxParts = 1'000;  // elements of one call, calls of one section

// Where what opened at the beginning of `text` ends: behind its closing mark, or at the end when the model forgot it.
std::size_t end_of(std::string_view text, std::string_view close) {
  const auto at = text.find(close);
  return at == std::string_view::npos ? text.size() : at + close.size();
}

std::string_view without(std::string_view text, std::string_view close) {
  return text.ends_with(close) ? text.substr(0, text.size() - close.size()) : text;
}

// One line break at either end belongs to the element, not to the value.
std::string_view element_value(std::string_view value) {
  if (value.starts_with('\n')) value.remove_prefix(1);
  if (value.ends_with('\n')) value.remove_suffix(1);
  return value;
}

// The object that `text` begins with, or all of it.
std::string_view object_in(std::string_view text) {
  text = text::trim(text);
  if (!text.starts_with('{')) return text;
  JsonExtent extent;
  return text.substr(0, extent.take(text));
}

std::optional<TextCall> function_element(std::string_view text, Offered offered) {
  constexpr std::string_view kOpen = "<function=";
  const auto name_end = text.find('>');
  if (!text.starts_with(kOpen) || name_end == std::string_view::npos) return std::nullopt;
  const std::string name(text::trim(text.substr(kOpen.size(), name_end - kOpen.size())));
  const auto inside = text::trim(without(text.substr(name_end + 1), "</function>"));
  if (inside.starts_with('{')) return TextCall{.name = name, .arguments = std::string(inside)};
  ElementArguments arguments(name, offered);
  std::size_t from = 0;
  for (std::size_t i = 0; i < kMaxParts; ++i) {
    const auto element = between(inside, "<parameter=", "</parameter>", from);
    if (!element) break;
    const auto key_end = element->find('>');
    if (key_end == std::string_view::npos) return std::nullopt;
    arguments.add(element->substr(0, key_end), element_value(element->substr(key_end + 1)));
  }
  if (from == 0 && !inside.empty()) return std::nullopt;
  return TextCall{.name = name, .arguments = arguments.json()};
}

// name, then <arg_key>..</arg_key><arg_value>..</arg_value> pairs.
std::optional<TextCall> pairs_call(std::string_view inside, Offered offered) {
  const auto pairs = inside.find("<arg_key>");
  const auto name = text::trim(inside.substr(0, pairs));
  if (pairs == std::string_view::npos || name.empty() || name.find_first_of(" \n<{") != std::string_view::npos) return std::nullopt;
  ElementArguments arguments(name, offered);
  std::size_t from = pairs;
  for (std::size_t i = 0; i < kMaxParts; ++i) {
    const auto key = between(inside, "<arg_key>", "</arg_key>", from);
    const auto value = key ? between(inside, "<arg_value>", "</arg_value>", from) : std::nullopt;
    if (!value) break;
    arguments.add(text::trim(*key), element_value(*value));
  }
  return TextCall{.name = std::string(name), .arguments = arguments.json()};
}

}  // namespace

Found read_tool_call_tag(std::string_view text, Offered offered) {
  constexpr std::string_view kOpen = "<tool_call>", kClose = "</tool_call>";
  // The closing mark may also stand inside a string: the object's own end is looked for first.
  std::size_t from = kOpen.size();
  const auto start = text.find_first_not_of(" \t\r\n", from);
  if (start != std::string_view::npos && text[start] == '{') {
    JsonExtent extent;
    const auto length = extent.take(text.substr(start));
    if (extent.closed()) from = start + length;
  }
  const auto size = from + end_of(text.substr(from), kClose);
  const auto inside = text::trim(without(text.substr(kOpen.size(), size - kOpen.size()), kClose));
  if (inside.starts_with("<function=")) {
    auto call = function_element(inside, offered);
    return call ? Found{{std::move(*call)}, size} : Found{.size = size};
  }
  if (auto call = pairs_call(inside, offered)) return {{std::move(*call)}, size};
  return {calls_of_json(inside), size};
}

Found read_function_tag(std::string_view text, Offered offered) {
  const auto size = end_of(text, "</function>");
  auto call = function_element(text.substr(0, size), offered);
  return call ? Found{{std::move(*call)}, size} : Found{.size = size};
}

Found read_invoke_elements(std::string_view text, Offered offered) {
  const std::string_view prefix = text.starts_with("<｜DSML｜") ? "｜DSML｜" : "";
  Found found{.size = end_of(text, fmt::format("</{}function_calls>", prefix))};
  const std::string open = fmt::format("<{}invoke name=\"", prefix), close = fmt::format("</{}invoke>", prefix);
  const std::string begin = fmt::format("<{}parameter name=\"", prefix), end = fmt::format("</{}parameter>", prefix);
  const auto section = text.substr(0, found.size);
  std::size_t from = 0;
  while (found.calls.size() < kMaxParts) {
    const auto invoke = between(section, open, close, from);
    const auto quote = invoke ? invoke->find('"') : std::string_view::npos;
    if (quote == std::string_view::npos) break;
    const auto name = invoke->substr(0, quote);
    ElementArguments arguments(name, offered);
    std::size_t at = quote;
    for (std::size_t i = 0; i < kMaxParts; ++i) {
      const auto element = between(*invoke, begin, end, at);
      const auto key_end = element ? element->find('"') : std::string_view::npos;
      const auto tag_end = element ? element->find('>') : std::string_view::npos;
      if (key_end == std::string_view::npos || tag_end == std::string_view::npos || tag_end < key_end) break;
      const bool is_string = element->substr(key_end, tag_end - key_end).find("string=\"true\"") != std::string_view::npos;
      arguments.add(element->substr(0, key_end), element->substr(tag_end + 1), is_string);
    }
    found.calls.push_back(TextCall{.name = std::string(name), .arguments = arguments.json()});
  }
  return found;
}

Found read_deepseek_tokens(std::string_view text, Offered) {
  constexpr std::string_view kSection = "<｜tool▁calls▁begin｜>", kOpen = "<｜tool▁call▁begin｜>", kClose = "<｜tool▁call▁end｜>";
  constexpr std::string_view kSeparator = "<｜tool▁sep｜>";
  Found found{.size = text.starts_with(kSection) ? end_of(text, "<｜tool▁calls▁end｜>") : end_of(text, kClose)};
  const auto section = text.substr(0, found.size);
  std::size_t from = 0;
  while (found.calls.size() < kMaxParts) {
    const auto call = between(section, kOpen, kClose, from);
    const auto separator = call ? call->find(kSeparator) : std::string_view::npos;
    if (separator == std::string_view::npos) break;
    const auto before = text::trim(call->substr(0, separator));
    const auto after = call->substr(separator + kSeparator.size());
    // Older models: the word "function", then the name, then a fence. Newer ones: the name, then the object.
    const auto fence = before == "function" ? after.find("```") : std::string_view::npos;
    if (fence != std::string_view::npos) {
      found.calls.push_back(
          TextCall{.name = std::string(text::trim(after.substr(0, fence))), .arguments = std::string(text::trim(after.substr(fence)))});
    } else {
      found.calls.push_back(TextCall{.name = std::string(before), .arguments = std::string(object_in(after))});
    }
  }
  return found;
}

Found read_kimi_tokens(std::string_view text, Offered) {
  constexpr std::string_view kSection = "<|tool_calls_section_begin|>", kOpen = "<|tool_call_begin|>", kClose = "<|tool_call_end|>";
  Found found{.size = text.starts_with(kSection) ? end_of(text, "<|tool_calls_section_end|>") : end_of(text, kClose)};
  const auto section = text.substr(0, found.size);
  std::size_t from = 0;
  while (found.calls.size() < kMaxParts) {
    constexpr std::string_view kArguments = "<|tool_call_argument_begin|>";
    const auto call = between(section, kOpen, kClose, from);
    const auto separator = call ? call->find(kArguments) : std::string_view::npos;
    if (separator == std::string_view::npos) break;
    // functions.NAME:NUMBER
    const auto id = text::trim(call->substr(0, separator));
    auto name = id.substr(0, id.rfind(':'));
    if (name.starts_with("functions.")) name.remove_prefix(std::string_view("functions.").size());
    found.calls.push_back(TextCall{.id = std::string(id),
                                   .name = std::string(name),
                                   .arguments = std::string(object_in(call->substr(separator + kArguments.size())))});
  }
  return found;
}

Found read_mistral_token(std::string_view text, Offered) {
  constexpr std::string_view kMark = "[TOOL_CALLS]", kArguments = "[ARGS]", kId = "[CALL_ID]";
  Found found{.size = kMark.size()};
  const auto start = text.find_first_not_of(" \t\r\n", kMark.size());
  if (start == std::string_view::npos) return found;
  JsonExtent extent;
  if (text[start] == '[' || text[start] == '{') {
    const auto list = text.substr(start, extent.take(text.substr(start)));
    found.calls = calls_of_json(list);
    found.size = start + list.size();
    return found;
  }
  const auto arguments = text.find(kArguments, start);
  if (arguments == std::string_view::npos) return found;
  const auto head = text.substr(start, arguments - start);
  const auto id = head.find(kId);
  const auto object = arguments + kArguments.size();
  found.size = object + extent.take(text.substr(object));
  found.calls.push_back(TextCall{.id = id == std::string_view::npos ? "" : std::string(head.substr(id + kId.size())),
                                 .name = std::string(text::trim(head.substr(0, id))),
                                 .arguments = std::string(text::trim(text.substr(object, found.size - object)))});
  return found;
}

}  // namespace argosy::llm
