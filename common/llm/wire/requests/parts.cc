#include "common/llm/wire/requests/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/core/text.h"
#include "common/llm/stream/loose_json.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxToolName = 64;
constexpr std::size_t kMaxShownArguments = 4'000;  // of a call that could not be read
constexpr std::size_t kMaxArgumentBytes = 8u << 20;

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

Server server_of(const Endpoint& endpoint) {
  const auto url = text::lower(endpoint.base_url), model = text::lower(endpoint.model);
  if (has(url, "openrouter")) return Server::openrouter;
  if (has(url, "api.openai.com") || has(url, ".openai.azure.com")) return Server::openai;
  if (has(url, "mistral")) return Server::mistral;
  if (has(url, "moonshot") || has(model, "kimi")) return Server::kimi;
  if (has(url, "deepseek")) return Server::deepseek;
  for (const std::string_view family : {"mistral", "mixtral", "codestral", "devstral", "magistral", "ministral"}) {
    if (has(model, family)) return Server::mistral;
  }
  return Server::other;
}

bool is_openai_reasoning(std::string_view model) {
  const auto name = model.substr(model.rfind('/') + 1);  // npos + 1 is 0
  return std::ranges::any_of(std::to_array<std::string_view>({"o1", "o3", "o4", "gpt-5", "codex"}),
                             [&](std::string_view prefix) { return name.starts_with(prefix); }) &&
         !name.starts_with("gpt-5-chat");
}

std::string text_of(const Message& message) {
  std::string all;
  for (const auto* text : all_of<Text>(message)) all += (all.empty() ? "" : "\n\n") + text->text;
  return all;
}

std::string system_text(const Request& request) {
  std::string all;
  for (const auto& message : request.messages) {
    if (message.role == Role::system) all += (all.empty() ? "" : "\n\n") + text_of(message);
  }
  return all;
}

std::string result_text(const ToolResult& result) {
  if (result.failed) return "The call failed: " + result.text;
  return result.text.empty() ? "(no output)" : result.text;
}

json::Object arguments_of(const ToolCall& call) {
  if (call.problem.empty()) {
    auto value = parse_bounded(call.arguments, kMaxArgumentBytes);
    if (value && value->is_object()) return std::move(value->as_object());
  }
  return json::Object{{"unreadable_arguments", text::ellipsize(call.arguments, kMaxShownArguments)}};
}

std::string name_of(std::string_view tool) {
  std::string name(tool.substr(0, kMaxToolName));
  for (char& c : name) {
    const bool is_taken = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!is_taken) c = '_';
  }
  return name.empty() ? "unnamed" : name;
}

std::string data_url(const Image& image) { return fmt::format("data:{};base64,{}", image.media_type, image.base64); }

json::Value parameters_of(const Tool& tool) {
  if (!tool.parameters.is_object()) return json::Object{{"type", "object"}, {"properties", json::Object()}};
  json::Object schema = tool.parameters.as_object();
  if (!schema.contains("type")) schema["type"] = "object";
  if (!schema.contains("properties")) schema["properties"] = json::Object();
  return schema;
}

json::Array function_tools(const Request& request) {
  json::Array tools;
  for (const auto& tool : request.tools) {
    const json::Object function{{"name", name_of(tool.name)}, {"description", tool.description}, {"parameters", parameters_of(tool)}};
    tools.emplace_back(json::Object{{"type", "function"}, {"function", function}});
  }
  return tools;
}

bool is_strict(const json::Value& schema) {
  if (schema.is_array()) return std::ranges::all_of(schema.as_array(), is_strict);
  if (!schema.is_object()) return true;
  const auto* properties = schema.find("properties");
  if (schema.string_or("type", "") == "object" || properties != nullptr) {
    if (schema.bool_or("additionalProperties", true) || properties == nullptr || !properties->is_object()) return false;
    if (schema.array_or_empty("required").size() != properties->as_object().size()) return false;
  }
  return std::ranges::all_of(schema.as_object(), [](const json::Member& member) { return is_strict(member.value); });
}

std::size_t newest_turn(const Request& request) {
  for (std::size_t i = request.messages.size(); i > 0; --i) {
    const Message& message = request.messages[i - 1];
    if (message.role == Role::user && (!all_of<Text>(message).empty() || !all_of<Image>(message).empty())) return i;
  }
  return 0;
}

}  // namespace argosy::llm
