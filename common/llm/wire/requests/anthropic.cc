// Requests of Anthropic's Messages.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>

#include "common/core/text.h"
#include "common/llm/wire/requests/call_ids.h"
#include "common/llm/wire/requests/parts.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMostCacheMarks = 4;
constexpr std::string_view kBeginning = "(The beginning of the conversation is not shown.)";

json::Object text_block(std::string_view text) { return json::Object{{"type", "text"}, {"text", text}}; }

void mark(json::Value& block) { block.as_object()["cache_control"] = json::Object{{"type", "ephemeral"}}; }

// All results first: what stands before them in the message after a call is refused.
json::Array user_content(const Message& message, const CallIds& ids) {
  json::Array content;
  for (const auto* result : all_of<ToolResult>(message)) {
    json::Object block{{"type", "tool_result"}, {"tool_use_id", ids.of(result->call)}, {"content", result->text}};
    if (result->failed) block["is_error"] = true;
    content.emplace_back(std::move(block));
  }
  for (const auto& part : message.parts) {
    if (const auto* text = std::get_if<Text>(&part)) content.emplace_back(text_block(text->text));
    if (const auto* image = std::get_if<Image>(&part)) {
      const json::Object source{{"type", "base64"}, {"media_type", image->media_type}, {"data", image->base64}};
      content.emplace_back(json::Object{{"type", "image"}, {"source", source}});
    }
  }
  return content;
}

json::Array assistant_content(const Message& message, const CallIds& ids, bool is_last) {
  json::Array content;
  for (const auto* thinking : all_of<Thinking>(message)) {
    const auto type = thinking->block.string_or("type", "");
    if (type == "thinking" || type == "redacted_thinking") content.push_back(thinking->block);
  }
  for (const auto* text : all_of<Text>(message)) {
    // The last words of a conversation are taken for the beginning of the answer, and may not end in white space.
    const auto kept =
        is_last ? std::string_view(text->text).substr(0, text->text.find_last_not_of(" \t\r\n") + 1) : std::string_view(text->text);
    content.emplace_back(text_block(kept));
  }
  for (const auto* call : all_of<ToolCall>(message))
    content.emplace_back(
        json::Object{{"type", "tool_use"}, {"id", ids.of(call->id)}, {"name", name_of(call->name)}, {"input", arguments_of(*call)}});
  return content;
}

json::Array messages(const Request& request, std::size_t marks_left) {
  const CallIds ids(IdStyle::anthropic, request.messages);
  json::Array out;
  std::vector<std::size_t> marked;
  for (const auto& message : request.messages) {
    if (message.role == Role::system) continue;
    const bool is_user = message.role == Role::user;
    auto content = is_user ? user_content(message, ids) : assistant_content(message, ids, &message == &request.messages.back());
    if (content.empty()) continue;
    const std::string_view role = is_user ? "user" : "assistant";
    if (out.empty() && !is_user) out.emplace_back(json::Object{{"role", "user"}, {"content", json::Array{text_block(kBeginning)}}});
    if (!out.empty() && out.back().string_or("role", "") == role) {  // a system message stood between them
      std::ranges::move(content, std::back_inserter(out.back().as_object()["content"].as_array()));
    } else {
      out.emplace_back(json::Object{{"role", role}, {"content", std::move(content)}});
    }
    if (message.cache_until_here) marked.push_back(out.size() - 1);
  }
  // The newest ones: what is cached up to there includes what the older ones would have kept.
  for (std::size_t i = marked.size() - std::min(marked.size(), marks_left); i < marked.size(); ++i) {
    auto& last = out[marked[i]].as_object()["content"].as_array().back();
    if (!last.string_or("type", "").ends_with("thinking")) mark(last);
  }
  return out;
}

// History with calls wants tools, even when none is offered any more.
json::Array tools(const Request& request) {
  json::Array out;
  for (const auto& tool : request.tools)
    out.emplace_back(json::Object{{"name", name_of(tool.name)}, {"description", tool.description}, {"input_schema", parameters_of(tool)}});
  if (!out.empty()) return out;
  std::set<std::string> names;
  for (const auto& message : request.messages) {
    for (const auto* call : all_of<ToolCall>(message)) names.insert(name_of(call->name));
  }
  for (const auto& name : names)
    out.emplace_back(json::Object{{"name", name}, {"description", "Not offered any more."}, {"input_schema", parameters_of(Tool{})}});
  return out;
}

}  // namespace

json::Object anthropic_body(const Endpoint& endpoint, const Request& request, bool stream) {
  json::Object body{{"model", endpoint.model}, {"max_tokens", request.max_tokens}, {"stream", stream}};
  const bool is_system_marked =
      std::ranges::any_of(request.messages, [](const Message& m) { return m.role == Role::system && m.cache_until_here; });
  if (const auto system = system_text(request); !system.empty()) {
    json::Value block = text_block(system);
    if (is_system_marked) mark(block);
    body["system"] = json::Array{std::move(block)};
  }
  body["messages"] = messages(request, kMostCacheMarks - (is_system_marked ? 1 : 0));
  if (auto offered = tools(request); !offered.empty()) {
    body["tools"] = std::move(offered);
    if (request.tools.empty()) {
      body["tool_choice"] = json::Object{{"type", "none"}};
    } else if (request.must_call_a_tool) {
      body["tool_choice"] = json::Object{{"type", "any"}};
    }
  }
  if (request.temperature) body["temperature"] = std::clamp(*request.temperature, 0.0, 1.0);  // others go up to 2
  if (!request.stop.empty()) body["stop_sequences"] = json::Array(request.stop.begin(), request.stop.end());
  if (request.schema) {
    body["output_config"] = json::Object{{"format", json::Object{{"type", "json_schema"}, {"schema", *request.schema}}}};
  }
  if (!request.user_key.empty()) body["metadata"] = json::Object{{"user_id", request.user_key}};
  return body;
}

}  // namespace argosy::llm
