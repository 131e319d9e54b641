// Answers of Ollama's native chat API: NDJSON, or one object when nothing is streamed.
#include "common/llm/wire/vendor.h"

namespace argosy::llm {
namespace {

class Ollama : public Vendor {
 public:
  using Vendor::Vendor;

  void event(std::string_view, const json::Value& event, const OnDelta& on_delta) override {
    draft_.name_model(event.string_or("model", ""));
    draft_.salt(event.string_or("created_at", ""));
    const auto& message = member(event, "message");
    draft_.add_thinking(message.string_or("thinking", ""), on_delta);
    draft_.add_text(message.string_or("content", ""), on_delta);
    for (const auto& item : message.array_or_empty("tool_calls")) {
      if (item.is_object()) add_call(item);
    }
    draft_.add_usage(Usage{.input = tokens(event, "prompt_eval_count"), .output = tokens(event, "eval_count")});
    if (!event.bool_or("done", false)) return;
    draft_.stop_with(event.string_or("done_reason", ""));
    draft_.end();
  }

 private:
  // Calls come whole.
  void add_call(const json::Value& item) {
    const auto& function = member(item, "function");
    DraftCall& call = draft_.new_call();
    call.id = item.string_or("id", "");
    call.name = function.string_or("name", "");
    draft_.add_arguments(call, text_of(member(function, "arguments")));
    call.is_whole = true;
  }
};

}  // namespace

std::unique_ptr<Vendor> ollama_vendor(Draft& draft) { return std::make_unique<Ollama>(draft); }

}  // namespace argosy::llm
