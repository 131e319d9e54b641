#include "common/llm/wire/draft.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"
#include "common/llm/wire/stop_words.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxErrorText = 2'000;
constexpr std::size_t kMaxName = 200;  // of a model, a tool, an error
constexpr std::size_t kMaxSalt = 1'000;

void grow(std::optional<std::int64_t>& total, const std::optional<std::int64_t>& seen) {
  if (seen) total = std::max(total.value_or(0), *seen);
}

}  // namespace

Draft::Draft(const ReaderLimits& limits, const std::vector<Tool>* offered) : limits_(limits) {
  if (offered != nullptr) offered_ = *offered;
}

bool Draft::keep(std::size_t bytes) {
  if (!error_.empty()) return false;
  if (bytes <= limits_.max_answer_bytes - kept_bytes_) {
    kept_bytes_ += bytes;
    return true;
  }
  fail({}, fmt::format("text, thinking and arguments of the answer have more than {} bytes", limits_.max_answer_bytes));
  return false;
}

void Draft::add_text(std::string_view piece, const OnDelta& on_delta, bool plain) {
  if (piece.empty() || !keep(piece.size())) return;
  const auto sink = [&](bool is_thinking, std::string_view part) {
    if (is_thinking && answer_.thinking.empty()) new_thinking();
    (is_thinking ? answer_.thinking.back().text : answer_.text) += part;
    if (on_delta) on_delta(is_thinking ? Delta::thinking : Delta::text, part);
  };
  if (plain) return sink(false, piece);
  splitter_.take(piece, sink);
}

void Draft::add_thinking(std::string_view piece, const OnDelta& on_delta) {
  if (piece.empty() || !keep(piece.size())) return;
  if (answer_.thinking.empty()) new_thinking();
  answer_.thinking.back().text += piece;
  if (on_delta) on_delta(Delta::thinking, piece);
}

std::size_t Draft::new_thinking() {
  answer_.thinking.emplace_back();
  return answer_.thinking.size() - 1;
}

void Draft::keep_block(std::size_t number, json::Value block) {
  if (keep(json::dump(block).size())) answer_.thinking[number].block = std::move(block);
}

DraftCall& Draft::new_call() {
  if (calls_.size() < limits_.max_tool_calls && !is_done()) return calls_.emplace_back();
  fail({}, fmt::format("the answer has more than {} tool calls", limits_.max_tool_calls));
  return surplus_ = {};
}

void Draft::add_arguments(DraftCall& call, std::string_view piece) {
  if (call.arguments.size() + piece.size() > limits_.max_argument_bytes)
    return fail({}, fmt::format("the arguments of one tool call have more than {} bytes", limits_.max_argument_bytes));
  if (!keep(piece.size())) return;
  call.arguments += piece;
  if (!call.extent.closed()) call.extent.take(piece);
}

void Draft::stop_with(std::string_view word) {
  if (word.empty() || stop_) return;
  const auto reason = stop_reason_of(word);
  if (!reason) unknown_stop_ = text::ellipsize(word, kMaxName);
  stop_ = reason.value_or(StopReason::error);
}

void Draft::stop_with(StopReason reason) { stop_ = reason; }

void Draft::add_usage(const Usage& usage) {
  grow(answer_.usage.input, usage.input);
  grow(answer_.usage.cached, usage.cached);
  grow(answer_.usage.cache_written, usage.cache_written);
  grow(answer_.usage.output, usage.output);
  grow(answer_.usage.reasoning, usage.reasoning);
}

void Draft::salt(std::string_view part) {
  if (salt_.size() < kMaxSalt) salt_.append(part.substr(0, kMaxSalt)).push_back('\n');
}

void Draft::name_model(std::string_view name) {
  if (answer_.model.empty()) answer_.model = text::ellipsize(name, kMaxName);
}

void Draft::fail(std::string_view type, std::string message) {
  if (!error_.empty()) return;
  error_type_ = text::ellipsize(type, kMaxName);
  if (message.empty()) message = "the vendor reported an error without a text";
  error_ = text::ellipsize(error_type_.empty() ? message : fmt::format("{}: {}", error_type_, message), kMaxErrorText);
}

}  // namespace argosy::llm
