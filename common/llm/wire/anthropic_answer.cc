// Answers of Anthropic's Messages.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "common/llm/wire/vendor.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxBlocks = 4'096;  // of one answer

class Anthropic : public Vendor {
 public:
  using Vendor::Vendor;

  void event(std::string_view name, const json::Value& event, const OnDelta& on_delta) override {
    const auto type = event.string_or("type", name);
    const auto index = event.int_or("index", 0);
    if (type == "message_start") {
      head(member(event, "message"));
    } else if (type == "content_block_start") {
      start(index, member(event, "content_block"), on_delta);
    } else if (type == "content_block_delta") {
      grow(block(index), member(event, "delta"), on_delta);
    } else if (type == "content_block_stop") {
      close_block(block(index));
    } else if (type == "message_delta") {
      draft_.stop_with(member(event, "delta").string_or("stop_reason", ""));
      usage(member(event, "usage"));
    } else if (type == "message_stop") {
      draft_.end();
    } else if (type == "message") {
      whole(event, on_delta);
    }
  }

 private:
  struct Block {
    bool has_started = false;
    DraftCall* call = nullptr;
    std::optional<std::size_t> thinking{};
    std::string signature{}, first_input{};
  };

  Block& block(std::int64_t index) {
    if (blocks_.size() >= kMaxBlocks && !blocks_.contains(index)) draft_.fail({}, "the answer has too many content blocks");
    return draft_.is_done() ? surplus_ = {} : blocks_[index];
  }

  void head(const json::Value& message) {
    draft_.name_model(message.string_or("model", ""));
    draft_.salt(message.string_or("id", ""));
    usage(member(message, "usage"));
  }

  void whole(const json::Value& message, const OnDelta& on_delta) {
    head(message);
    std::int64_t index = 0;
    for (const auto& content : message.array_or_empty("content")) {
      start(index, content, on_delta);
      close_block(block(index++));
    }
    draft_.stop_with(message.string_or("stop_reason", ""));
    if (!draft_.is_done()) draft_.end();
  }

  void start(std::int64_t index, const json::Value& content, const OnDelta& on_delta) {
    Block& opened = block(index) = Block{.has_started = true};
    const auto type = content.string_or("type", "");
    if (type == "text") {
      draft_.add_text(content.string_or("text", ""), on_delta, true);
    } else if (type == "tool_use") {
      opened.call = &draft_.new_call();
      opened.call->id = content.string_or("id", "");
      opened.call->name = content.string_or("name", "");
      // Empty where the real one follows in pieces.
      const auto& input = member(content, "input");
      if (!input.is_null()) opened.first_input = text_of(input);
    } else if (type == "thinking") {
      opened.thinking = draft_.new_thinking();
      opened.signature = content.string_or("signature", "");
      draft_.add_thinking(content.string_or("thinking", ""), on_delta);
    } else if (type == "redacted_thinking") {
      draft_.keep_block(draft_.new_thinking(), content);
    }
  }

  void grow(Block& block, const json::Value& delta, const OnDelta& on_delta) {
    const auto type = delta.string_or("type", "");
    if (type == "text_delta") {
      draft_.add_text(delta.string_or("text", ""), on_delta, true);
    } else if (type == "input_json_delta") {
      if (block.call == nullptr && !block.has_started) block.call = &draft_.new_call();  // a proxy lost its beginning
      if (block.call == nullptr) return;                                                 // a tool of the server's own
      draft_.add_arguments(*block.call, delta.string_or("partial_json", ""));
    } else if (type == "thinking_delta") {
      if (!block.thinking) block.thinking = draft_.new_thinking();
      draft_.add_thinking(delta.string_or("thinking", ""), on_delta);
    } else if (type == "signature_delta") {
      const auto piece = delta.string_or("signature", "");
      if (draft_.keep(piece.size())) block.signature += piece;
    }
  }

  void close_block(Block& block) {
    finish_thinking(block);
    if (block.call == nullptr) return;
    if (block.call->arguments.empty()) draft_.add_arguments(*block.call, block.first_input);
    block.call->is_whole = true;
  }

  // Only signed thinking is taken back.
  void finish_thinking(Block& block) {
    if (!block.thinking || block.signature.empty()) return;
    const auto& text = draft_.thinking(*block.thinking).text;
    draft_.keep_block(*block.thinking, json::Object{{"type", "thinking"}, {"thinking", text}, {"signature", block.signature}});
  }

  // What came from the cache and what was written to it stand beside the input, not in it.
  void usage(const json::Value& usage) {
    if (!usage.is_object()) return;
    Usage seen{.cached = tokens(usage, "cache_read_input_tokens"),
               .cache_written = tokens(usage, "cache_creation_input_tokens"),
               .output = tokens(usage, "output_tokens"),
               .reasoning = tokens(usage, "output_tokens_details", "reasoning_tokens")};
    if (!seen.reasoning) seen.reasoning = tokens(usage, "output_tokens_details", "thinking_tokens");
    if (const auto fresh = tokens(usage, "input_tokens")) fresh_input_ = std::max(fresh_input_.value_or(0), *fresh);
    cached_ = std::max(cached_, seen.cached.value_or(0));
    written_ = std::max(written_, seen.cache_written.value_or(0));
    if (fresh_input_) seen.input = *fresh_input_ + cached_ + written_;
    draft_.add_usage(seen);
  }

  std::map<std::int64_t, Block> blocks_;
  Block surplus_;
  std::optional<std::int64_t> fresh_input_;
  std::int64_t cached_ = 0, written_ = 0;
};

}  // namespace

std::unique_ptr<Vendor> anthropic_vendor(Draft& draft) { return std::make_unique<Anthropic>(draft); }

}  // namespace argosy::llm
