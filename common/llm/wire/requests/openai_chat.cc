// Requests of OpenAI's chat completions, and what other servers of that format take differently.
#include <fmt/format.h>

#include "common/llm/wire/requests/call_ids.h"
#include "common/llm/wire/requests/parts.h"

namespace argosy::llm {
namespace {

class Encoder {
 public:
  Encoder(const Endpoint& endpoint, const Request& request)
      : request_(request), server_(server_of(endpoint)), ids_(style(), request.messages) {}

  json::Array messages() {
    encode_messages(request_, *this);
    return std::move(out_);
  }

  void add_system(const Message& message) { out_.emplace_back(json::Object{{"role", "system"}, {"content", content(message)}}); }
  void add_user(const Message& message) {
    for (const auto* result : all_of<ToolResult>(message))
      out_.emplace_back(json::Object{{"role", "tool"}, {"tool_call_id", ids_.of(result->call)}, {"content", result_text(*result)}});
    if (!all_of<Text>(message).empty() || !all_of<Image>(message).empty())
      out_.emplace_back(json::Object{{"role", "user"}, {"content", content(message)}});
  }

  void add_assistant(const Message& message, bool is_newest_turn) {
    json::Object said{{"role", "assistant"}, {"content", text_of(message)}};
    json::Array calls;
    for (const auto* call : all_of<ToolCall>(message)) {
      const json::Object function{{"name", name_of(call->name)}, {"arguments", json::dump(arguments_of(*call))}};
      calls.emplace_back(json::Object{{"id", ids_.of(call->id)}, {"type", "function"}, {"function", function}});
    }
    if (!calls.empty()) said["tool_calls"] = std::move(calls);
    thinking(message, is_newest_turn, said);
    if (!said.contains("tool_calls") && said.find("content")->as_string().empty()) return;  // it only thought
    out_.emplace_back(std::move(said));
  }

 private:
  IdStyle style() const {
    if (server_ == Server::mistral) return IdStyle::mistral;
    return server_ == Server::kimi ? IdStyle::kimi : IdStyle::openai;
  }

  // One string where it will do: not every server of this format knows lists of parts.
  json::Value content(const Message& message) const {
    const auto images = all_of<Image>(message);
    const bool is_marked = message.cache_until_here && server_ == Server::openrouter;
    if (images.empty() && !is_marked) return text_of(message);
    json::Array parts;
    for (const auto* image : images)
      parts.emplace_back(json::Object{{"type", "image_url"}, {"image_url", json::Object{{"url", data_url(*image)}}}});
    if (auto text = text_of(message); !text.empty()) {
      json::Object part{{"type", "text"}, {"text", std::move(text)}};
      if (is_marked) part["cache_control"] = json::Object{{"type", "ephemeral"}};
      parts.emplace_back(std::move(part));
    }
    return parts;
  }

  // OpenRouter passes blocks on to vendors that want them back. DeepSeek and Moonshot want the thoughts of the turn that goes on.
  void thinking(const Message& message, bool is_newest_turn, json::Object& said) const {
    std::string thoughts;
    for (const auto* thinking : all_of<Thinking>(message)) {
      thoughts += thinking->text;
      const auto* details = thinking->block.find("reasoning_details");
      if (server_ == Server::openrouter && details != nullptr) said["reasoning_details"] = *details;
    }
    const bool wants_thoughts = server_ == Server::kimi || server_ == Server::deepseek;
    if (wants_thoughts && is_newest_turn && !thoughts.empty()) said["reasoning_content"] = std::move(thoughts);
  }

  const Request& request_;
  Server server_;
  CallIds ids_;
  json::Array out_;
};

json::Value response_format(const json::Value& schema, Server server) {
  if (server == Server::deepseek) return json::Object{{"type", "json_object"}};
  json::Object named{{"name", "answer"}, {"schema", schema}};
  if (is_strict(schema)) named["strict"] = true;
  return json::Object{{"type", "json_schema"}, {"json_schema", std::move(named)}};
}

}  // namespace

json::Object openai_chat_body(const Endpoint& endpoint, const Request& request, bool stream) {
  const Server server = server_of(endpoint);
  const bool is_openai = server == Server::openai;
  const bool is_mistral = server == Server::mistral;  // refuses members that it does not know
  json::Object body{{"model", endpoint.model}, {"messages", Encoder(endpoint, request).messages()}, {"stream", stream}};
  if (stream && !is_mistral) body["stream_options"] = json::Object{{"include_usage", true}};
  if (!request.tools.empty()) {
    body["tools"] = function_tools(request);
    if (request.must_call_a_tool) body["tool_choice"] = is_mistral ? "any" : "required";
  }
  body[is_openai ? "max_completion_tokens" : "max_tokens"] = request.max_tokens;
  if (request.temperature && !(is_openai && is_openai_reasoning(endpoint.model))) body["temperature"] = *request.temperature;
  if (!request.stop.empty()) body["stop"] = json::Array(request.stop.begin(), request.stop.end());
  if (request.seed) body[is_mistral ? "random_seed" : "seed"] = *request.seed;
  if (request.schema) {
    body["response_format"] = response_format(*request.schema, server);
    // It only promises some JSON, and wants to be asked for it.
    if (server == Server::deepseek) {
      body["messages"].as_array().insert(
          body["messages"].as_array().begin(),
          json::Object{{"role", "system"}, {"content", "Answer with JSON of this schema only: " + json::dump(*request.schema)}});
    }
  }
  if (!request.user_key.empty() && !is_mistral) body["user"] = request.user_key;
  return body;
}

}  // namespace argosy::llm
