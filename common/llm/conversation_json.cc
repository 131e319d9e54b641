#include "common/llm/conversation_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

constexpr std::array<std::string_view, 3> kRoles{"system", "user", "assistant"};
constexpr std::array<std::pair<std::string_view, std::optional<std::int64_t> Usage::*>, 5> kFigures{
    {{"input", &Usage::input},
     {"cached", &Usage::cached},
     {"cache_written", &Usage::cache_written},
     {"output", &Usage::output},
     {"reasoning", &Usage::reasoning}}};

// Our strict reader takes neither invalid UTF-8 nor U+0000.
std::string clean(std::string_view raw) {
  std::string text = text::to_utf8(raw);
  for (std::size_t at = text.find('\0'); at != std::string::npos; at = text.find('\0', at)) text.replace(at, 1, "\xEF\xBF\xBD");
  return text;
}

void put(json::Object& object, std::string_view key, std::string_view text) {
  if (!text.empty()) object.append(std::string(key), clean(text));
}

json::Object call_json(const ToolCall& call) {
  json::Object made{{"kind", "tool_call"}, {"id", clean(call.id)}, {"name", clean(call.name)}, {"arguments", clean(call.arguments)}};
  put(made, "problem", call.problem);
  return made;
}

json::Object thinking_json(const Thinking& thinking) {
  json::Object made{{"kind", "thinking"}, {"text", clean(thinking.text)}};
  if (!thinking.block.is_null()) made.append("block", thinking.block);
  return made;
}

struct PartJson {
  json::Object operator()(const Text& text) const { return {{"kind", "text"}, {"text", clean(text.text)}}; }
  json::Object operator()(const Image& image) const {
    return {{"kind", "image"}, {"media_type", clean(image.media_type)}, {"base64", clean(image.base64)}};
  }
  json::Object operator()(const Thinking& thinking) const { return thinking_json(thinking); }
  json::Object operator()(const ToolCall& call) const { return call_json(call); }
  json::Object operator()(const ToolResult& result) const {
    json::Object made{{"kind", "tool_result"}, {"call", clean(result.call)}, {"text", clean(result.text)}};
    if (result.failed) made.append("failed", true);
    return made;
  }
};

json::Object message_json(const Message& message) {
  json::Array parts;
  for (const auto& part : message.parts) parts.emplace_back(std::visit(PartJson{}, part));
  json::Object made{{"role", kRoles[static_cast<std::size_t>(message.role)]}, {"parts", std::move(parts)}};
  if (message.cache_until_here) made.append("cache_until_here", true);
  return made;
}

std::unexpected<Error> malformed(std::string_view where, std::string_view what) {
  return fail_user("conversation_malformed", fmt::format("{}: {}", where, what));
}

Result<std::string> text_at(const json::Value& value, std::string_view key, std::string_view where) {
  const auto* found = value.find(key);
  if (found == nullptr || !found->is_string()) return malformed(where, fmt::format("{} must be a text", key));
  return found->as_string();
}

Result<ToolCall> call_of(const json::Value& value, std::string_view where) {
  ToolCall call;
  ARGOSY_TRY(call.id, text_at(value, "id", where));
  ARGOSY_TRY(call.name, text_at(value, "name", where));
  ARGOSY_TRY(call.arguments, text_at(value, "arguments", where));
  call.problem = value.string_or("problem", "");
  return call;
}

Result<Thinking> thinking_of(const json::Value& value, std::string_view where) {
  Thinking thinking;
  ARGOSY_TRY(thinking.text, text_at(value, "text", where));
  if (const auto* block = value.find("block")) thinking.block = *block;
  return thinking;
}

Result<Part> part_of(const json::Value& value, std::string_view where) {
  ARGOSY_TRY(const auto kind, text_at(value, "kind", where));
  if (kind == "tool_call") return call_of(value, where);
  if (kind == "thinking") return thinking_of(value, where);
  if (kind == "image") {
    Image image;
    ARGOSY_TRY(image.media_type, text_at(value, "media_type", where));
    ARGOSY_TRY(image.base64, text_at(value, "base64", where));
    return image;
  }
  ARGOSY_TRY(auto text, text_at(value, "text", where));
  if (kind == "text") return Text{std::move(text)};
  if (kind != "tool_result") return malformed(where, fmt::format("there is no kind \"{}\"", text::ellipsize(kind, 60)));
  ARGOSY_TRY(auto call, text_at(value, "call", where));
  return ToolResult{.call = std::move(call), .text = std::move(text), .failed = value.bool_or("failed", false)};
}

Result<Message> message_of(const json::Value& value, std::string_view where) {
  ARGOSY_TRY(const auto name, text_at(value, "role", where));
  const auto* const role = std::ranges::find(kRoles, name);
  if (role == kRoles.end()) return malformed(where, fmt::format("there is no role \"{}\"", text::ellipsize(name, 60)));
  Message message{
      .role = static_cast<Role>(role - kRoles.begin()), .parts = {}, .cache_until_here = value.bool_or("cache_until_here", false)};
  for (const auto& part : value.array_or_empty("parts")) {
    ARGOSY_TRY(message.parts.emplace_back(), part_of(part, fmt::format("{}.parts[{}]", where, message.parts.size())));
  }
  return message;
}

std::optional<std::int64_t> figure(const json::Value& value, std::string_view key) {
  const auto* found = value.find(key);
  return found != nullptr && found->is_int() ? std::optional(found->as_int()) : std::nullopt;
}

}  // namespace

json::Object to_json(const Request& request) {
  json::Array messages, tools, stop;
  for (const auto& message : request.messages) messages.emplace_back(message_json(message));
  for (const auto& tool : request.tools)
    tools.emplace_back(json::Object{{"name", clean(tool.name)}, {"description", clean(tool.description)}, {"parameters", tool.parameters}});
  for (const auto& word : request.stop) stop.emplace_back(clean(word));
  json::Object made{{"messages", std::move(messages)}, {"max_tokens", request.max_tokens}};
  if (!tools.empty()) made.append("tools", std::move(tools));
  if (request.must_call_a_tool) made.append("must_call_a_tool", true);
  if (request.temperature) made.append("temperature", *request.temperature);
  if (!stop.empty()) made.append("stop", std::move(stop));
  if (request.seed) made.append("seed", *request.seed);
  if (request.schema) made.append("schema", *request.schema);
  put(made, "user_key", request.user_key);
  return made;
}

json::Object to_json(const Answer& answer) {
  json::Array thinking, calls;
  for (const auto& one : answer.thinking) thinking.emplace_back(thinking_json(one));
  for (const auto& call : answer.tool_calls) calls.emplace_back(call_json(call));
  json::Object usage;
  for (const auto& [name, member] : kFigures)
    if (answer.usage.*member) usage.append(std::string(name), *(answer.usage.*member));
  json::Object made{{"text", clean(answer.text)},     {"thinking", std::move(thinking)},
                    {"tool_calls", std::move(calls)}, {"stop_reason", to_string(answer.stop)},
                    {"usage", std::move(usage)},      {"complete", answer.complete}};
  put(made, "error", answer.error);
  put(made, "error_type", answer.error_type);
  put(made, "model", answer.model);
  return made;
}

Result<Request> request_from_json(const json::Value& value) {
  if (!value.is_object() || value.find("messages") == nullptr) return malformed("request", "it must be an object with messages");
  Request request;
  for (const auto& message : value.array_or_empty("messages")) {
    ARGOSY_TRY(request.messages.emplace_back(), message_of(message, fmt::format("messages[{}]", request.messages.size())));
  }
  for (const auto& one : value.array_or_empty("tools")) {
    const auto where = fmt::format("tools[{}]", request.tools.size());
    Tool& tool = request.tools.emplace_back();
    ARGOSY_TRY(tool.name, text_at(one, "name", where));
    ARGOSY_TRY(tool.description, text_at(one, "description", where));
    if (const auto* parameters = one.find("parameters")) tool.parameters = *parameters;
  }
  for (const auto& word : value.array_or_empty("stop")) {
    if (!word.is_string()) return malformed("stop", "its entries must be texts");
    request.stop.push_back(word.as_string());
  }
  request.must_call_a_tool = value.bool_or("must_call_a_tool", false);
  request.max_tokens = value.int_or("max_tokens", request.max_tokens);
  if (const auto* temperature = value.find("temperature"); temperature != nullptr && temperature->is_number())
    request.temperature = temperature->as_double();
  request.seed = figure(value, "seed");
  if (const auto* schema = value.find("schema")) request.schema = *schema;
  request.user_key = value.string_or("user_key", "");
  return request;
}

Result<Answer> answer_from_json(const json::Value& value) {
  Answer answer;
  ARGOSY_TRY(answer.text, text_at(value, "text", "answer"));
  for (const auto& one : value.array_or_empty("thinking")) {
    ARGOSY_TRY(answer.thinking.emplace_back(), thinking_of(one, fmt::format("thinking[{}]", answer.thinking.size())));
  }
  for (const auto& call : value.array_or_empty("tool_calls")) {
    ARGOSY_TRY(answer.tool_calls.emplace_back(), call_of(call, fmt::format("tool_calls[{}]", answer.tool_calls.size())));
  }
  ARGOSY_TRY(const auto stop, text_at(value, "stop_reason", "answer"));
  const auto reason = stop_reason_from_string(stop);
  if (!reason) return malformed("answer", fmt::format("there is no stop reason \"{}\"", text::ellipsize(stop, 60)));
  answer.stop = *reason;
  if (const auto* usage = value.find("usage"))
    for (const auto& [name, member] : kFigures) answer.usage.*member = figure(*usage, name);
  answer.complete = value.bool_or("complete", false);
  answer.error = value.string_or("error", "");
  answer.error_type = value.string_or("error_type", "");
  answer.model = value.string_or("model", "");
  return answer;
}

}  // namespace argosy::llm
