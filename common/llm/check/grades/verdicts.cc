#include "common/llm/check/grades/verdicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/llm/check/questions.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kShown = 120;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

constexpr std::array kPassing{FaultKind::overloaded, FaultKind::rate_limited, FaultKind::paused, FaultKind::server_error};
constexpr std::array kOnTheWay{FaultKind::unreachable,     FaultKind::auth,   FaultKind::quota,
                               FaultKind::refused_address, FaultKind::budget, FaultKind::cancelled};

bool is_any_of(FaultKind kind, std::span<const FaultKind> kinds) { return std::ranges::find(kinds, kind) != kinds.end(); }

}  // namespace

Verdict weak(std::string why) { return {.grade = Grade::weak, .why = std::move(why)}; }

Verdict fails(std::string why, std::string_view what_to_do) {
  return {.grade = Grade::fails, .why = std::move(why), .what_to_do = std::string(what_to_do)};
}

Verdict failed(const Fault& fault, std::string_view what_to_do) {
  const bool passes = is_any_of(fault.kind, kPassing);
  auto out = fails(fault.error.message, passes ? "check again later: this says nothing about the model" : what_to_do);
  if (!fault.error.hint.empty()) out.what_to_do = fault.error.hint;
  out.not_the_model = passes || is_any_of(fault.kind, kOnTheWay);
  return out;
}

bool says(const Answer& answer, std::string_view word) { return lower(answer.text).contains(lower(word)); }

bool alone(const Answer& answer, std::string_view word) {
  std::string letters = lower(answer.text);
  std::erase_if(letters, [](unsigned char c) { return std::isspace(c) != 0 || std::ispunct(c) != 0; });
  return letters == word;
}

std::string shown(std::string_view text) {
  std::string line = redact(text::to_utf8(text::trim(text)));
  std::ranges::replace_if(line, [](unsigned char c) { return c < ' '; }, ' ');
  return line.empty() ? "(no text)" : text::ellipsize(line, kShown);
}

std::string said_instead(const Answer& answer, std::string_view word) {
  if (answer.stop == StopReason::max_tokens) return fmt::format("the answer ended at the limit before it said \"{}\"", word);
  return fmt::format("\"{}\" was asked for and does not come: {}", word, shown(answer.text));
}

std::optional<std::string> broken(const ToolCall& call) {
  if (call.name != kTool) return "it calls a tool that was not offered: " + shown(call.name);
  if (!call.problem.empty()) return fmt::format("the arguments of its call cannot be used: {}: {}", call.problem, shown(call.arguments));
  if (part_of(call) == 0) return "the arguments of its call are not of the tool's schema: " + shown(call.arguments);
  return std::nullopt;
}

std::int64_t part_of(const ToolCall& call) {
  const auto arguments = json::parse(call.arguments);
  return arguments ? arguments->int_or("part", 0) : 0;
}

}  // namespace argosy::llm
