// What the encoders of the four wire formats have in common. Internal to the folder and to encode.cc; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/json.h"
#include "common/llm/api.h"
#include "common/llm/conversation.h"

namespace argosy::llm {

// Whose server it is, as far as its format differs: by the name of its host, else of the model.
enum class Server : std::uint8_t { other, openai, openrouter, mistral, kimi, deepseek };
Server server_of(const Endpoint& endpoint);
// OpenAI's reasoning models, which refuse a temperature and give their thoughts encrypted.
bool is_openai_reasoning(std::string_view model);

// A request whose messages are repaired.
json::Object openai_chat_body(const Endpoint& endpoint, const Request& request, bool stream);
json::Object openai_responses_body(const Endpoint& endpoint, const Request& request, bool stream);
json::Object anthropic_body(const Endpoint& endpoint, const Request& request, bool stream);
json::Object ollama_body(const Endpoint& endpoint, const Request& request, bool stream);

// All of one kind in a message, in their order.
template <class Kind>
std::vector<const Kind*> all_of(const Message& message) {
  std::vector<const Kind*> found;
  for (const auto& part : message.parts) {
    if (const auto* one = std::get_if<Kind>(&part)) found.push_back(one);
  }
  return found;
}

// Messages in their order, each handed to its role: add_system(message), add_user(message), add_assistant(message, is_newest_turn).
std::size_t newest_turn(const Request& request);  // the first message after the user's last own words
template <class Encoder>
void encode_messages(const Request& request, Encoder& encoder) {
  const auto newest = newest_turn(request);
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    const Message& message = request.messages[i];
    switch (message.role) {
      case Role::system:
        encoder.add_system(message);
        break;
      case Role::user:
        encoder.add_user(message);
        break;
      case Role::assistant:
        encoder.add_assistant(message, i >= newest);
        break;
    }
  }
}

std::string text_of(const Message& message);        // its texts, with an empty line between them
std::string system_text(const Request& request);    // of all system messages
std::string result_text(const ToolResult& result);  // for vendors that cannot mark a failure
json::Object arguments_of(const ToolCall& call);    // what cannot be read stands in it as a string
std::string name_of(std::string_view tool);         // as all vendors take it: a model may have made it up
std::string data_url(const Image& image);
json::Value parameters_of(const Tool& tool);         // at least {"type": "object", "properties": {}}
json::Array function_tools(const Request& request);  // [{type: function, function: {name, description, parameters}}]
bool is_strict(const json::Value& schema);           // OpenAI enforces it only when all objects are closed and all members required

}  // namespace argosy::llm
