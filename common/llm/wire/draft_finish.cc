// The last look at an answer, when no more bytes come.
#include <fmt/format.h>

#include <set>

#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/llm/calls/arguments.h"
#include "common/llm/calls/text_calls.h"
#include "common/llm/wire/draft.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxId = 128;
constexpr std::size_t kMaxToolName = 200;
constexpr std::size_t kMadeIdDigits = 24;

bool is_good_id(std::string_view id) {
  if (id.empty() || id.size() > kMaxId) return false;
  for (const char c : id) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

}  // namespace

Answer Draft::finish() {
  splitter_.finish([&](bool is_thinking, std::string_view part) {
    if (is_thinking && answer_.thinking.empty()) new_thinking();
    (is_thinking ? answer_.thinking.back().text : answer_.text) += part;
  });
  if (error_.empty() && !is_ended_) error_ = "the stream stopped without its end mark";
  answer_.complete = is_ended_ && error_.empty();
  if (calls_.empty() && (!offered_ || !offered_->empty())) take_calls_from_text();
  finish_calls();
  finish_stop();
  answer_.error = std::move(error_);
  answer_.error_type = std::move(error_type_);
  return std::move(answer_);
}

void Draft::take_calls_from_text() {
  auto taken = take_text_calls(answer_.text, offered_ ? &*offered_ : nullptr, limits_.max_tool_calls);
  if (taken.calls.empty()) return;
  answer_.text = std::move(taken.text);
  for (auto& call : taken.calls)
    calls_.push_back(DraftCall{.id = std::move(call.id), .name = std::move(call.name), .arguments = std::move(call.arguments)});
}

void Draft::finish_calls() {
  const bool whole = answer_.complete && stop_ != StopReason::max_tokens;
  std::set<std::string> ids;
  std::string problems;
  for (auto& call : calls_) {
    auto arguments = read_arguments(call.arguments, whole || call.is_whole, limits_.max_argument_bytes);
    ToolCall& done = answer_.tool_calls.emplace_back();
    done.id = is_good_id(call.id) && !ids.contains(call.id) ? std::move(call.id) : id_for(call, answer_.tool_calls.size());
    ids.insert(done.id);
    done.name = text::ellipsize(call.name, kMaxToolName);
    done.arguments = std::move(arguments.json);
    done.problem = call.name.empty() ? "the call names no tool" : std::move(arguments.problem);
    if (!done.problem.empty() && problems.size() < kMaxToolName)
      problems += fmt::format("{}tool call {}: {}", problems.empty() ? "" : "; ", done.name, done.problem);
  }
  if (problems.empty()) return;
  error_ = error_.empty() ? std::move(problems) : fmt::format("{}; {}", error_, problems);
}

void Draft::finish_stop() {
  const bool has_calls = !answer_.tool_calls.empty();
  if (!answer_.complete) {
    answer_.stop = StopReason::error;
    return;
  }
  const bool is_empty = !has_calls && answer_.text.empty() && answer_.thinking.empty();
  if (!stop_ && is_empty && error_.empty()) error_ = "the answer is empty and does not say why";
  if (!unknown_stop_.empty()) error_ = fmt::format("the answer ended for a reason that is not known: {}", unknown_stop_);
  const StopReason said = stop_.value_or(is_empty ? StopReason::error : StopReason::end_turn);
  if (said == StopReason::error && error_.empty()) error_ = "the vendor ended the answer with an error and gave no reason";
  answer_.stop = said;
  if (has_calls && (said == StopReason::end_turn || said == StopReason::stop_sequence)) answer_.stop = StopReason::tool_use;
  if (!has_calls && said == StopReason::tool_use) {
    answer_.stop = StopReason::error;
    if (error_.empty()) error_ = "the answer announced a tool call and has none";
  }
}

// The same bytes give the same id, and the vendor's name of this answer makes it unlike those of other answers.
std::string Draft::id_for(const DraftCall& call, std::size_t position) const {
  const auto digest = crypto::sha256_hex(fmt::format("{}{}\n{}\n{}", salt_, position, call.name, call.arguments));
  return "call_" + digest.substr(0, kMadeIdDigits);
}

}  // namespace argosy::llm
