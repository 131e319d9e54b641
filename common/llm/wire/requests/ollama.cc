// Requests of Ollama's native chat API. It has no ids of calls and cannot demand a call.
#include <map>

#include "common/llm/wire/requests/parts.h"

namespace argosy::llm {
namespace {

class Encoder {
 public:
  explicit Encoder(const Request& request) : request_(request) {}

  json::Array messages() {
    encode_messages(request_, *this);
    return std::move(out_);
  }

  void add_system(const Message& message) { out_.emplace_back(json::Object{{"role", "system"}, {"content", text_of(message)}}); }
  void add_assistant(const Message& message, bool is_newest_turn) {
    json::Object said{{"role", "assistant"}, {"content", text_of(message)}};
    json::Array calls;
    for (const auto* call : all_of<ToolCall>(message)) {
      names_[call->id] = name_of(call->name);
      calls.emplace_back(json::Object{{"function", json::Object{{"name", name_of(call->name)}, {"arguments", arguments_of(*call)}}}});
    }
    std::string thoughts;
    for (const auto* thinking : all_of<Thinking>(message)) thoughts += thinking->text;
    // Models that call while they think go on from their thoughts.
    if (is_newest_turn && !calls.empty() && !thoughts.empty()) said["thinking"] = std::move(thoughts);
    if (!calls.empty()) said["tool_calls"] = std::move(calls);
    if (said.contains("tool_calls") || !said.find("content")->as_string().empty()) out_.emplace_back(std::move(said));
  }

  void add_user(const Message& message) {
    for (const auto* result : all_of<ToolResult>(message))
      out_.emplace_back(json::Object{{"role", "tool"}, {"tool_name", names_[result->call]}, {"content", result_text(*result)}});
    json::Array images;
    for (const auto* image : all_of<Image>(message)) images.emplace_back(image->base64);
    if (images.empty() && all_of<Text>(message).empty()) return;
    json::Object said{{"role", "user"}, {"content", text_of(message)}};
    if (!images.empty()) said["images"] = std::move(images);
    out_.emplace_back(std::move(said));
  }

 private:
  const Request& request_;
  std::map<std::string, std::string> names_;  // of the tools, by the call's id
  json::Array out_;
};

}  // namespace

json::Object ollama_body(const Endpoint& endpoint, const Request& request, bool stream) {
  json::Object options{{"num_predict", request.max_tokens}};
  // Without it the server drops the beginning of what is longer than its own default, and says nothing.
  if (endpoint.context_tokens > 0) options["num_ctx"] = endpoint.context_tokens;
  if (request.temperature) options["temperature"] = *request.temperature;
  if (request.seed) options["seed"] = *request.seed;
  if (!request.stop.empty()) options["stop"] = json::Array(request.stop.begin(), request.stop.end());
  json::Object body{
      {"model", endpoint.model}, {"messages", Encoder(request).messages()}, {"stream", stream}, {"options", std::move(options)}};
  if (!request.tools.empty()) body["tools"] = function_tools(request);
  if (request.schema) body["format"] = *request.schema;
  return body;
}

}  // namespace argosy::llm
