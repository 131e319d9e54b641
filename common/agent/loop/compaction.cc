// A conversation that grows too long for the window: old results are masked first, a summary is asked for only where that frees too
// little, and either only where it frees enough, since both lose the vendor's cache and what the model has seen.
#include <fmt/format.h>

#include <algorithm>

#include "common/agent/loop/limits.h"
#include "common/agent/loop/turn.h"
#include "common/agent/state/bytes_json.h"
#include "common/core/text.h"
#include "common/llm/money/fit.h"

namespace argosy::agent {
namespace {

constexpr std::string_view kMask = "[This result was left out to make room: ";
constexpr std::size_t kBytesAWord = 8;  // with some room, so that a summary of so many words fits
constexpr std::string_view kPurpose =
    "An agent that changes code in a repository goes on with its work and has nothing but this summary of what it said and saw so far: "
    "what "
    "it was about to do and why, what it found out (paths, names, lines, error messages word for word), what it tried and what came of it, "
    "what is still to do.";

// The prompt: all up to the first word of the model.
std::size_t head_of(const std::vector<llm::Message>& messages) {
  std::size_t at = 0;
  while (at < messages.size() && messages[at].role == llm::Role::system) ++at;
  return std::min(at + 1, messages.size());
}

// Where the newest rounds begin, at a message of the model.
std::size_t tail_of(const std::vector<llm::Message>& messages, std::size_t rounds) {
  std::size_t at = messages.size();
  while (at > 0 && rounds > 0)
    if (messages[--at].role == llm::Role::assistant) --rounds;
  return at;
}

std::int64_t bytes_of(const std::vector<llm::Message>& messages, std::size_t from, std::size_t to) {
  std::int64_t bytes = 0;
  for (std::size_t i = from; i < to; ++i) bytes += llm::bytes_of(messages[i]);
  return bytes;
}

struct Transcript {
  std::string operator()(const llm::Text& text) const { return llm::cut_middle(text.text, kMaxShownPart); }
  std::string operator()(const llm::Image&) const { return "[an image]"; }
  std::string operator()(const llm::Thinking&) const { return {}; }
  std::string operator()(const llm::ToolCall& call) const {
    return fmt::format("calls {} {}", call.name, llm::cut_middle(call.arguments, kMaxShownPart));
  }
  std::string operator()(const llm::ToolResult& result) const {
    return fmt::format("{}: {}", result.failed ? "failed" : "result", llm::cut_middle(result.text, kMaxShownPart));
  }
};

std::string transcript(const std::vector<llm::Message>& messages, std::size_t from, std::size_t to) {
  std::string text;
  for (std::size_t i = from; i < to; ++i)
    for (const auto& part : messages[i].parts)
      if (const auto said = std::visit(Transcript{}, part); !said.empty())
        text += fmt::format("{}: {}\n", messages[i].role == llm::Role::assistant ? "agent" : "answer", said);
  return text;
}

}  // namespace

// It names files and commands, which are others' words.
std::string Turn::record_words() const {
  const auto words = state_.record.in_words(kMaxRecordWords);
  return words.empty() ? words : shown("record of your work", words);
}

std::int64_t Turn::context_tokens() const {
  std::int64_t bytes = bytes_of(state_.messages, 0, state_.messages.size());
  for (const auto& tool : offered())
    bytes += static_cast<std::int64_t>(tool.name.size() + tool.description.size() + json::dump(tool.parameters).size());
  return bytes * 1'000 / state_.bytes_a_kilotoken;
}

// Tokens that it frees, or would.
std::int64_t Turn::free_by_masking(std::size_t keep_rounds, bool really) {
  std::int64_t bytes = 0;
  for (std::size_t i = head_of(state_.messages); i < tail_of(state_.messages, keep_rounds); ++i)
    for (auto& part : state_.messages[i].parts) {
      auto* result = std::get_if<llm::ToolResult>(&part);
      if (result == nullptr || result->text.size() < kLeastMaskedResult || result->text.starts_with(kMask)) continue;
      auto mask = fmt::format("{}{} bytes. Call the tool again if you need it.]", kMask, result->text.size());
      bytes += static_cast<std::int64_t>(result->text.size()) - static_cast<std::int64_t>(mask.size());
      if (really) result->text = std::move(mask);
    }
  return bytes * 1'000 / state_.bytes_a_kilotoken;
}

std::optional<CallModel> Turn::ask_for_summary() const {
  const auto from = head_of(state_.messages), to = tail_of(state_.messages, kKeptRounds);
  if (parts_.summary == nullptr || to <= from || state_.compactions >= parts_.agent.limits.compactions) return std::nullopt;
  const auto all = bytes_of(state_.messages, 0, state_.messages.size());
  const auto freed = bytes_of(state_.messages, from, to) - static_cast<std::int64_t>(kMaxSummary + kMaxRecordWords);
  if (static_cast<double>(freed) < kLeastSummed * static_cast<double>(all)) return std::nullopt;
  const auto room =
      static_cast<std::size_t>(std::max<std::int64_t>(parts_.context_tokens - parts_.answer_tokens, 0) * state_.bytes_a_kilotoken / 2'000);
  auto prompt = parts_.summary->render(
      {{"purpose", llm::Trusted(std::string(kPurpose))},
       {"max_words", llm::Trusted(std::to_string(kMaxSummary / kBytesAWord))},
       {"text", std::vector<llm::Untrusted>{
                    {.source = "the conversation so far", .text = transcript(state_.messages, from, to), .max_bytes = room}}}});
  if (!prompt) return std::nullopt;  // of a template of the operator's own: masking must do
  prompt->request.max_tokens = parts_.answer_tokens;
  return CallModel{
      .request = std::make_shared<const llm::Request>(std::move(prompt->request)), .summary = true, .prompt = std::move(prompt->version)};
}

std::optional<CallModel> Turn::compact() {
  const auto window = static_cast<double>(parts_.context_tokens);
  const auto filled = [&] { return static_cast<double>(context_tokens() + parts_.answer_tokens) / window; };
  if (filled() <= kCompactAt) return std::nullopt;
  const auto freed = static_cast<double>(free_by_masking(kKeptRounds, false));
  if (freed >= kLeastMasked * window) {
    (void)free_by_masking(kKeptRounds, true);
    remember({.role = "system", .text = "old results were masked", .round = state_.rounds});
    say(record_words());
    if (filled() <= kMaskingSuffices) return std::nullopt;
  }
  if (filled() <= kCompactAt) return std::nullopt;
  if (auto summary = ask_for_summary()) return summary;
  // The last resort, before it fits into nothing: all but what came last.
  if (filled() > 1 && free_by_masking(1, true) > 0) say(record_words());
  return std::nullopt;
}

// It counts whether it is of use or not: what was asked for is paid.
Next Turn::take_summary(const llm::Answer& answer) {
  state_.summarising = false;
  ++state_.compactions;
  const auto text = text::trim(answer.text);
  const bool usable = !text.empty() && (answer.stop == llm::StopReason::end_turn || answer.stop == llm::StopReason::stop_sequence);
  if (!usable) return next();
  auto& messages = state_.messages;
  const auto from = static_cast<std::ptrdiff_t>(head_of(messages)), to = static_cast<std::ptrdiff_t>(tail_of(messages, kKeptRounds));
  llm::Message summary{.role = llm::Role::user, .parts = {}};
  summary.parts.emplace_back(llm::Text{"The conversation was too long. In place of its older part stands a summary:\n" +
                                       shown("summary of the conversation", llm::cut_middle(text, kMaxSummary))});
  if (auto record = record_words(); !record.empty()) summary.parts.emplace_back(llm::Text{std::move(record)});
  messages.erase(messages.begin() + from, messages.begin() + to);
  messages.insert(messages.begin() + from, std::move(summary));
  remember({.role = "system", .text = "the conversation was summarised", .round = state_.rounds});
  return next();
}

}  // namespace argosy::agent
