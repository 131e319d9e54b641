// Requests of OpenAI's Responses. Nothing is stored at the vendor: the whole conversation goes with each of them.
#include <algorithm>
#include <cstdint>

#include "common/llm/wire/encode.h"
#include "common/llm/wire/requests/call_ids.h"
#include "common/llm/wire/requests/parts.h"

namespace argosy::llm {
namespace {

json::Object message_item(std::string_view role, json::Array content) {
  return json::Object{{"type", "message"}, {"role", role}, {"content", std::move(content)}};
}

void add_assistant(const Message& message, const CallIds& ids, json::Array& out) {
  for (const auto* thinking : all_of<Thinking>(message)) {
    if (thinking->block.string_or("type", "") == "reasoning") out.push_back(thinking->block);
  }
  if (auto text = text_of(message); !text.empty())
    out.emplace_back(message_item("assistant", {json::Object{{"type", "output_text"}, {"text", std::move(text)}}}));
  for (const auto* call : all_of<ToolCall>(message)) {
    out.emplace_back(json::Object{{"type", "function_call"},
                                  {"call_id", ids.of(call->id)},
                                  {"name", name_of(call->name)},
                                  {"arguments", json::dump(arguments_of(*call))}});
  }
}

void add_user(const Message& message, const CallIds& ids, json::Array& out) {
  for (const auto* result : all_of<ToolResult>(message))
    out.emplace_back(json::Object{{"type", "function_call_output"}, {"call_id", ids.of(result->call)}, {"output", result_text(*result)}});
  json::Array content;
  for (const auto* image : all_of<Image>(message))
    content.emplace_back(json::Object{{"type", "input_image"}, {"image_url", data_url(*image)}, {"detail", "auto"}});
  for (const auto* text : all_of<Text>(message)) content.emplace_back(json::Object{{"type", "input_text"}, {"text", text->text}});
  if (!content.empty()) out.emplace_back(message_item("user", std::move(content)));
}

json::Array tools(const Request& request) {
  json::Array out;
  for (const auto& tool : request.tools) {
    out.emplace_back(json::Object{{"type", "function"},
                                  {"name", name_of(tool.name)},
                                  {"description", tool.description},
                                  {"parameters", parameters_of(tool)},
                                  {"strict", false}});
  }
  return out;
}

}  // namespace

json::Object openai_responses_body(const Endpoint& endpoint, const Request& request, bool stream) {
  const CallIds ids(IdStyle::responses, request.messages);
  json::Array input;
  for (const auto& message : request.messages) {
    if (message.role == Role::assistant) add_assistant(message, ids, input);
    if (message.role == Role::user) add_user(message, ids, input);
  }
  json::Object body{{"model", endpoint.model}, {"input", std::move(input)}, {"stream", stream}, {"store", false}};
  if (auto instructions = system_text(request); !instructions.empty()) body["instructions"] = std::move(instructions);
  if (!request.tools.empty()) {
    body["tools"] = tools(request);
    if (request.must_call_a_tool) body["tool_choice"] = "required";
  }
  body["max_output_tokens"] = output_asked(Api::openai_responses, request);
  if (is_openai_reasoning(endpoint.model)) {
    body["include"] = json::Array{"reasoning.encrypted_content"};
  } else if (request.temperature) {
    body["temperature"] = *request.temperature;
  }
  if (request.schema) {
    json::Object format{{"type", "json_schema"}, {"name", "answer"}, {"schema", *request.schema}, {"strict", is_strict(*request.schema)}};
    body["text"] = json::Object{{"format", std::move(format)}};
  }
  if (!request.user_key.empty()) body["user"] = request.user_key;
  return body;
}

}  // namespace argosy::llm
