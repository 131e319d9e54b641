// What is said to a model and what it answers, in one form for every vendor. The room's wire formats (wire/) translate it; agents, the
// router and the ledger see nothing else. Values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/core/json.h"

namespace argosy::llm {

struct Text {
  std::string text;
};
struct Image {
  std::string media_type;  // "image/png"
  std::string base64;
};
// What a model thought before it answered. Some vendors sign it and demand it back unmodified, first in its message.
struct Thinking {
  std::string text;
  json::Value block{};  // as the vendor wrote it, to be sent back to the same vendor; null: it demands nothing
};
struct ToolCall {
  std::string id;  // unique in its conversation; each vendor's spelling is made from it and mapped back (wire/)
  std::string name;
  std::string arguments;  // JSON text of an object, as the model wrote it or repaired
  std::string problem{};  // why the arguments cannot be used; told to the model instead of a call. Empty: they can
};
struct ToolResult {
  std::string call;  // ToolCall::id
  std::string text;
  bool failed = false;
};
using Part = std::variant<Text, Image, Thinking, ToolCall, ToolResult>;

enum class Role : std::uint8_t { system, user, assistant };
struct Message {
  Role role = Role::user;
  std::vector<Part> parts;
  bool cache_until_here = false;  // vendors that cache on demand keep the conversation up to the end of this message
};

struct Tool {
  std::string name, description;
  json::Value parameters;  // JSON Schema of the arguments
};

struct Request {
  std::vector<Message> messages;
  std::vector<Tool> tools{};
  bool must_call_a_tool = false;
  std::optional<double> temperature{};
  std::int64_t max_tokens = 4096;  // of the answer, thinking included
  std::vector<std::string> stop{};
  std::optional<std::int64_t> seed{};
  std::optional<json::Value> schema{};  // the answer's text must be JSON of this schema
  std::string user_key{};               // an opaque name of whoever asks, for vendors that want one; never a person's
};

// Tokens. Nothing: the vendor did not say. `input` counts all of the prompt, what came from the vendor's cache included; `output` all that
// was made, reasoning included.
struct Usage {
  std::optional<std::int64_t> input{}, cached{}, cache_written{}, output{}, reasoning{};
  bool operator==(const Usage&) const = default;
};

enum class StopReason : std::uint8_t { end_turn, tool_use, max_tokens, stop_sequence, refusal, content_filter, error };

struct Answer {
  std::string text;
  std::vector<Thinking> thinking{};
  std::vector<ToolCall> tool_calls{};
  StopReason stop = StopReason::error;
  Usage usage{};
  bool complete = false;     // it ended with the vendor's own end mark
  std::string error{};       // what the vendor reported inside the answer, or what was wrong with it; empty: nothing
  std::string error_type{};  // the vendor's word for it, "overloaded_error"; empty where the vendor reported nothing
  std::string model{};       // as the vendor named it
};

// "end_turn", ... as scripts and the database have it.
std::string_view to_string(StopReason reason);
std::optional<StopReason> stop_reason_from_string(std::string_view text);

}  // namespace argosy::llm
