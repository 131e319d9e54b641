// Answers of OpenAI's Responses. A stream tells everything twice: in pieces, and whole when an item or the answer is done. The whole
// counts.
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "common/llm/wire/vendor.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxItems = 4'096;  // of one answer

class OpenAiResponses : public Vendor {
 public:
  using Vendor::Vendor;

  void event(std::string_view name, const json::Value& event, const OnDelta& on_delta) override {
    const auto type = event.string_or("type", name);
    const auto index = event.int_or("output_index", 0);
    if (type == "response.output_item.added") {
      open(index, member(event, "item"));
    } else if (type == "response.output_item.done") {
      take_item(index, member(event, "item"), on_delta);
    } else if (type == "response.output_text.delta") {
      add_text(item(index), event.string_or("delta", ""), on_delta);
    } else if (type == "response.refusal.delta") {
      refused_ = true;
      add_text(item(index), event.string_or("delta", ""), on_delta);
    } else if (type == "response.function_call_arguments.delta") {
      draft_.add_arguments(call(item(index)), event.string_or("delta", ""));
    } else if (type == "response.function_call_arguments.done") {
      end_call(item(index), event.string_or("arguments", ""));
    } else if (type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta") {
      add_thinking(item(index), event.string_or("delta", ""), on_delta);
    } else if (type == "response.completed" || type == "response.incomplete" || type == "response.failed" || type == "response.cancelled") {
      end(member(event, "response"), on_delta);
    } else if (type == "response.created" || type == "response.in_progress") {
      head(member(event, "response"));
    } else if (event.string_or("object", "") == "response" || event.find("output") != nullptr) {
      end(event, on_delta);
    }
  }

 private:
  struct Item {
    DraftCall* call = nullptr;
    std::optional<std::size_t> thinking{};
    bool has_text = false, is_done = false;
  };

  Item& item(std::int64_t index) {
    if (items_.size() >= kMaxItems && !items_.contains(index)) draft_.fail({}, "the answer has too many items");
    return draft_.is_done() ? surplus_ = {} : items_[index];
  }

  DraftCall& call(Item& item) {
    if (item.call == nullptr) item.call = &draft_.new_call();
    return *item.call;
  }

  void add_text(Item& item, const std::string& piece, const OnDelta& on_delta) {
    item.has_text = item.has_text || !piece.empty();
    draft_.add_text(piece, on_delta);
  }

  void add_thinking(Item& item, const std::string& piece, const OnDelta& on_delta) {
    if (!item.thinking) item.thinking = draft_.new_thinking();
    draft_.add_thinking(piece, on_delta);
  }

  void head(const json::Value& response) {
    draft_.name_model(response.string_or("model", ""));
    draft_.salt(response.string_or("id", ""));
  }

  void open(std::int64_t index, const json::Value& content) {
    if (content.string_or("type", "") == "function_call") name_call(call(item(index)), content);
  }

  static void name_call(DraftCall& call, const json::Value& content) {
    if (call.id.empty()) call.id = content.string_or("call_id", content.string_or("id", ""));
    if (call.name.empty()) call.name = content.string_or("name", "");
  }

  void end_call(Item& item, const std::string& arguments) {
    DraftCall& ended = call(item);
    if (ended.arguments.empty()) draft_.add_arguments(ended, arguments);
    ended.is_whole = true;
  }

  void take_item(std::int64_t index, const json::Value& content, const OnDelta& on_delta) {
    Item& taken = item(index);
    if (std::exchange(taken.is_done, true)) return;
    const auto type = content.string_or("type", "");
    if (type == "function_call") {
      name_call(call(taken), content);
      end_call(taken, text_of(member(content, "arguments")));
      taken.call->is_whole = content.string_or("status", "completed") == "completed";
    } else if (type == "message") {
      const bool is_told = taken.has_text;
      for (const auto& part : content.array_or_empty("content")) {
        refused_ = refused_ || part.string_or("type", "") == "refusal";
        if (!is_told) add_text(taken, part.string_or("text", part.string_or("refusal", "")), on_delta);
      }
    } else if (type == "reasoning") {
      take_reasoning(taken, content, on_delta);
    }
  }

  // Sent back as it came: without it a stateless conversation loses what the model thought before its calls.
  void take_reasoning(Item& taken, const json::Value& content, const OnDelta& on_delta) {
    const bool is_told = taken.thinking.has_value();
    if (!is_told) taken.thinking = draft_.new_thinking();
    for (const std::string_view key : {"summary", "content"}) {
      for (const auto& part : content.array_or_empty(key)) {
        if (!is_told) draft_.add_thinking(part.string_or("text", ""), on_delta);
      }
    }
    if (!content.string_or("encrypted_content", "").empty()) draft_.keep_block(*taken.thinking, content);
  }

  void end(const json::Value& response, const OnDelta& on_delta) {
    head(response);
    std::int64_t index = 0;
    for (const auto& content : response.array_or_empty("output")) take_item(index++, content, on_delta);
    const auto& usage = member(response, "usage");
    draft_.add_usage(Usage{.input = tokens(usage, "input_tokens"),
                           .cached = tokens(usage, "input_tokens_details", "cached_tokens"),
                           .cache_written = {},
                           .output = tokens(usage, "output_tokens"),
                           .reasoning = tokens(usage, "output_tokens_details", "reasoning_tokens")});
    if (take_error({}, json::Object{{"error", member(response, "error")}}, draft_)) return;
    const auto status = response.string_or("status", "completed");
    if (status == "incomplete") {
      draft_.stop_with(member(response, "incomplete_details").string_or("reason", "incomplete"));
    } else if (status != "completed") {
      return draft_.fail(status, "the answer was not completed");
    } else {
      draft_.stop_with(refused_ ? StopReason::refusal : StopReason::end_turn);
    }
    draft_.end();
  }

  std::map<std::int64_t, Item> items_;
  Item surplus_;
  bool refused_ = false;
};

}  // namespace

std::unique_ptr<Vendor> openai_responses_vendor(Draft& draft) { return std::make_unique<OpenAiResponses>(draft); }

}  // namespace argosy::llm
