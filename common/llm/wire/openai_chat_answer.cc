// Answers of OpenAI's chat completions, and of the many servers that speak them in their own way.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/llm/wire/vendor.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxDetails = 1'000;  // blocks of reasoning that are to be sent back

class OpenAiChat : public Vendor {
 public:
  using Vendor::Vendor;

  void event(std::string_view, const json::Value& event, const OnDelta& on_delta) override {
    draft_.name_model(event.string_or("model", ""));
    draft_.salt(event.string_or("id", ""));
    usage(member(event, "usage"));
    usage(member(member(event, "x_groq"), "usage"));
    for (const auto& choice : event.array_or_empty("choices")) {
      if (choice.int_or("index", 0) == 0) take_choice(choice, on_delta);  // only one answer was asked for
    }
  }

  void done_mark() override { draft_.end(); }

  void close(bool is_json) override {
    if (!details_.empty()) give_details();
    if (is_json && (has_message_ || draft_.has_stop())) draft_.end();
  }

 private:
  void take_choice(const json::Value& choice, const OnDelta& on_delta) {
    usage(member(choice, "usage"));  // Moonshot
    if (member(choice, "error").is_object()) return void(take_error({}, json::Object{{"error", member(choice, "error")}}, draft_));
    const auto& delta = member(choice, "delta");
    const auto& message = member(choice, "message");
    if (delta.is_object()) {
      take_message(delta, false, on_delta);
    } else if (message.is_object() && !has_delta_) {  // else it repeats what the stream said
      take_message(message, true, on_delta);
    }
    has_delta_ = has_delta_ || delta.is_object();
    has_message_ = has_message_ || message.is_object();
    stop(choice);
  }

  void take_message(const json::Value& message, bool is_whole, const OnDelta& on_delta) {
    thinking(message, on_delta);
    content(member(message, "content"), on_delta);
    if (const auto refusal = message.string_or("refusal", ""); !refusal.empty()) {
      refused_ = true;
      draft_.add_text(refusal, on_delta, true);
    }
    for (const auto& fragment : message.array_or_empty("tool_calls")) {
      if (fragment.is_object()) fragment_of_call(fragment, is_whole);
    }
    if (const auto& call = member(message, "function_call"); call.is_object())
      fragment_of_call(json::Object{{"index", 0}, {"function", call}}, is_whole);
  }

  void content(const json::Value& content, const OnDelta& on_delta) {
    if (content.is_string()) draft_.add_text(content.as_string(), on_delta);
    if (!content.is_array()) return;
    for (const auto& part : content.as_array()) {
      draft_.add_text(part.string_or("text", ""), on_delta);
      for (const auto& thought : part.array_or_empty("thinking")) draft_.add_thinking(thought.string_or("text", ""), on_delta);  // Mistral
    }
  }

  // The same thoughts may stand under two names.
  void thinking(const json::Value& message, const OnDelta& on_delta) {
    auto text = message.string_or("reasoning_content", "");
    if (text.empty()) text = message.string_or("reasoning", "");
    const auto& details = message.array_or_empty("reasoning_details");
    if (text.empty()) {
      for (const auto& detail : details) text += detail.string_or("text", detail.string_or("summary", ""));
    }
    draft_.add_thinking(text, on_delta);
    for (const auto& detail : details) {
      if (detail.is_object()) keep_detail(detail);
    }
  }

  // OpenRouter demands them back as they are when their pieces are joined.
  void keep_detail(const json::Value& detail) {
    const auto index = detail.int_or("index", -1);
    const auto type = detail.string_or("type", "");
    const bool goes_on = !details_.empty() && index >= 0 && details_.back().index == index && details_.back().type == type;
    if (!goes_on && details_.size() == kMaxDetails) return;
    if (!goes_on) details_.push_back(Detail{index, type, {}, {}});
    Detail& kept = details_.back();
    for (const auto& [key, value] : detail.as_object()) {
      if (!draft_.keep(key.size() + (value.is_string() ? value.as_string().size() : 1))) return;
      if (value.is_string() && (key == "text" || key == "summary" || key == "data")) {
        kept.grown[key] += value.as_string();
      } else if (!value.is_null() || !kept.rest.contains(key)) {
        kept.rest[key] = value;
      }
    }
  }

  void give_details() {
    json::Array all;
    for (auto& detail : details_) {
      for (auto& [key, text] : detail.grown) detail.rest[key] = std::move(text);
      all.emplace_back(std::move(detail.rest));
    }
    if (draft_.thinkings() == 0) draft_.new_thinking();
    draft_.keep_block(draft_.thinkings() - 1, json::Object{{"type", "reasoning_details"}, {"reasoning_details", std::move(all)}});
  }

  void fragment_of_call(const json::Value& fragment, bool is_whole) {
    const auto& function = member(fragment, "function");
    const auto& index = member(fragment, "index");
    const std::string id = fragment.string_or("id", ""), name = function.string_or("name", "");
    const std::string arguments = text_of(member(function, "arguments"));
    DraftCall* call =
        is_whole ? nullptr : call_of(index.is_int() ? std::optional(index.as_int()) : std::nullopt, id, name, !arguments.empty());
    if (call == nullptr) {
      call = &draft_.new_call();
      if (index.is_int()) call->index = index.as_int();
    }
    if (call->id.empty()) call->id = id;
    if (call->name.empty()) {
      call->name = name;
    } else if (name != call->name && id.empty() && call->arguments.empty()) {
      call->name += name;  // a name in pieces
    }
    draft_.add_arguments(*call, arguments);
    call->is_whole = is_whole;
  }

  // The call that a fragment goes on with; null: it begins one.
  DraftCall* call_of(std::optional<std::int64_t> index, const std::string& id, const std::string& name, bool has_arguments) {
    auto& calls = draft_.calls();
    const auto found = std::ranges::find_if(
        calls.rbegin(), calls.rend(), [&](const DraftCall& call) { return index ? call.index == index : id.empty() || call.id == id; });
    if (name.empty()) {
      // Without a name it begins nothing, whatever it is numbered: some servers make a new id for every fragment.
      if (found != calls.rend()) return &*found;
      return calls.empty() || (index && calls.back().index) ? nullptr : &calls.back();
    }
    if (found == calls.rend()) return nullptr;
    // With a name it begins a call, unless the server repeats the name in every fragment. Some number all calls 0.
    DraftCall& call = *found;
    if (!id.empty() && !call.id.empty()) return id == call.id ? &call : nullptr;
    const bool is_other = !index && (name != call.name || call.arguments.empty());
    const bool is_over = call.extent.closed() && (has_arguments || !index);
    return is_other || is_over ? nullptr : &call;
  }

  void stop(const json::Value& choice) {
    const auto reason = choice.string_or("finish_reason", "");
    if (reason.empty()) return;
    // vLLM names the sequence that it stopped at; a number is the model's own end.
    const auto& sequence = member(choice, "stop_reason");
    if (refused_ && reason == "stop") {
      draft_.stop_with(StopReason::refusal);
    } else if (reason == "stop" && sequence.is_string() && !sequence.as_string().empty()) {
      draft_.stop_with(StopReason::stop_sequence);
    } else {
      draft_.stop_with(reason);
    }
  }

  void usage(const json::Value& usage) {
    if (!usage.is_object()) return;
    Usage seen{.input = tokens(usage, "prompt_tokens"),
               .cached = tokens(usage, "prompt_tokens_details", "cached_tokens"),
               .cache_written = tokens(usage, "prompt_tokens_details", "cache_write_tokens"),
               .output = tokens(usage, "completion_tokens"),
               .reasoning = tokens(usage, "completion_tokens_details", "reasoning_tokens")};
    if (!seen.cached) seen.cached = tokens(usage, "prompt_cache_hit_tokens");  // DeepSeek
    if (!seen.cached) seen.cached = tokens(usage, "cached_tokens");            // Moonshot
    if (!seen.reasoning) seen.reasoning = tokens(usage, "reasoning_tokens");
    if (!seen.input) seen.input = tokens(usage, "input_tokens");
    if (!seen.output) seen.output = tokens(usage, "output_tokens");
    // Some count reasoning beside the output; their sum shows it.
    const auto total = tokens(usage, "total_tokens");
    if (total && seen.input && seen.output && seen.reasoning.value_or(0) > 0 && *total == *seen.input + *seen.output + *seen.reasoning)
      *seen.output += *seen.reasoning;
    draft_.add_usage(seen);
  }

  struct Detail {
    std::int64_t index;
    std::string type;
    json::Object rest;
    std::map<std::string, std::string> grown;
  };
  std::vector<Detail> details_;
  bool refused_ = false, has_delta_ = false, has_message_ = false;
};

}  // namespace

std::unique_ptr<Vendor> openai_chat_vendor(Draft& draft) { return std::make_unique<OpenAiChat>(draft); }

}  // namespace argosy::llm
