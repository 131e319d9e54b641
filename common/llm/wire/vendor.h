// What the readers of the four wire formats have in common. Internal to the folder; pure, one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "common/core/json.h"
#include "common/llm/wire/draft.h"

namespace argosy::llm {

// Understands the events of one vendor.
class Vendor {
 public:
  explicit Vendor(Draft& draft) : draft_(draft) {}
  virtual ~Vendor() = default;
  // `name` of the SSE event, empty where there is none. Errors in any known form are taken care of before.
  virtual void event(std::string_view name, const json::Value& event, const OnDelta& on_delta) = 0;
  virtual void done_mark() {}  // data: [DONE]
  // The body ended; `is_json`: it was NDJSON or one JSON text, not SSE.
  virtual void close([[maybe_unused]] bool is_json) {}

 protected:
  Draft& draft_;
};

std::unique_ptr<Vendor> openai_chat_vendor(Draft& draft);
std::unique_ptr<Vendor> openai_responses_vendor(Draft& draft);
std::unique_ptr<Vendor> anthropic_vendor(Draft& draft);
std::unique_ptr<Vendor> ollama_vendor(Draft& draft);

// Ends the draft if the event is an error, in whatever form servers report one inside a 200.
bool take_error(std::string_view name, const json::Value& event, Draft& draft);

// A number of tokens: whole, not negative, however it is written. Nothing for anything else.
std::optional<std::int64_t> tokens(const json::Value& usage, std::string_view key);
// Of usage.PARENT.KEY.
std::optional<std::int64_t> tokens(const json::Value& usage, std::string_view parent, std::string_view key);
const json::Value& member(const json::Value& value, std::string_view key);  // null when absent
// The string itself; of anything else but null its JSON.
std::string text_of(const json::Value& value);

}  // namespace argosy::llm
