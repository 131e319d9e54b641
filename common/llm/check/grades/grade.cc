#include "common/llm/check/grades/grade.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "common/core/json_schema.h"
#include "common/core/text.h"
#include "common/llm/check/grades/verdicts.h"
#include "common/llm/check/questions.h"

namespace argosy::llm {

Verdict grade_plain(const CallResult& result) {
  if (result.fault) {
    auto out = failed(*result.fault);
    out.not_the_model = out.not_the_model || result.fault->kind == FaultKind::too_slow;  // of one word; a long input may take too long
    return out;
  }
  if (!says(result.answer, kPlainWord))
    return fails(said_instead(result.answer, kPlainWord), "look whether this is the model that is meant");
  return alone(result.answer, kPlainWord) ? Verdict{} : weak("it says more than the one word that was asked for");
}

Verdict grade_stream(const CallResult& result, std::size_t pieces) {
  if (result.fault) return failed(*result.fault, "take stream out of `can` in models.yaml");
  // It came whole; what it says is a matter of the model, not of its stream.
  if (!says(result.answer, kLastOfCount)) return weak(said_instead(result.answer, kLastOfCount));
  return pieces < 2 ? weak("the answer comes in one piece: nobody can watch it, and silence is long") : Verdict{};
}

Verdict grade_tool_call(const CallResult& result) {
  if (result.fault) return failed(*result.fault, kNoTools);
  const auto& calls = result.answer.tool_calls;
  if (calls.empty()) return fails("it was asked to call a tool and did not: " + shown(result.answer.text), kNoTools);
  if (const auto wrong = broken(calls.front())) return fails(*wrong, kNoTools);
  if (part_of(calls.front()) != kPart) return weak("the arguments are not those that were asked for: " + shown(calls.front().arguments));
  return calls.size() == 1 ? Verdict{} : weak(fmt::format("one call was asked for, {} came", calls.size()));
}

Verdict grade_two_calls(const CallResult& result) {
  if (result.fault) return failed(*result.fault, kNoTools);
  const auto& calls = result.answer.tool_calls;
  if (calls.empty()) return fails("two calls were asked for, none came", kNoTools);
  for (const auto& call : calls)
    if (const auto wrong = broken(call)) return fails(*wrong, kNoTools);
  const auto has = [&](std::int64_t part) {
    return std::ranges::any_of(calls, [&](const ToolCall& call) { return part_of(call) == part; });
  };
  if (calls.size() == 1) return weak("it calls one tool at a time: what takes several calls takes as many answers");
  if (!has(kFirstPart) || !has(kSecondPart)) return weak("the two calls are not those that were asked for");
  return calls.size() == 2 ? Verdict{} : weak(fmt::format("two calls were asked for, {} came", calls.size()));
}

Verdict grade_tool_result(const CallResult& result) {
  if (result.fault) return failed(*result.fault, kNoTools);
  if (says(result.answer, kStock)) return {};
  if (!result.answer.tool_calls.empty()) return fails("it calls the tool again instead of using the result", kNoTools);
  return fails("it does not use the result of its call: " + shown(result.answer.text), kNoTools);
}

Verdict grade_schema(const CallResult& result) {
  constexpr std::string_view kNoSchema = "take schema out of `can` in models.yaml";
  if (result.fault) return failed(*result.fault, kNoSchema);
  const auto value = json::parse(text::trim(result.answer.text));
  if (!value) return fails("the answer is no JSON: " + shown(result.answer.text), kNoSchema);
  const auto schema = json::Schema::compile(json::dump(schema_of_ship()));
  if (const auto violation = schema ? schema->check(*value) : std::nullopt)
    return fails(fmt::format("the answer is not of the schema: {} {}", violation->pointer, violation->message), kNoSchema);
  if (value->int_or("oars", 0) != kOars || value->string_or("ship", "") != kShip)
    return weak("the answer is of the schema, but not what was said: " + shown(result.answer.text));
  return {};
}

Verdict grade_long_input(const CallResult& result, const LongInput& sent) {
  constexpr double kLeastRead = 0.8;  // of what was sent; below it was cut
  const std::string_view about = sent.is_measured ? "" : "about ";
  if (result.fault && result.fault->kind == FaultKind::context_too_long)
    return fails(
        fmt::format("{}{} tokens were refused, models.yaml states {}: {}", about, sent.tokens, sent.stated, result.fault->error.message),
        "lower context_tokens in models.yaml");
  if (result.fault) return failed(*result.fault, "lower context_tokens in models.yaml");
  const auto size = fmt::format("{}{} of {} tokens", about, sent.tokens, sent.stated);
  const auto read = result.answer.usage.input;
  if (sent.is_measured && read && static_cast<double>(*read) < kLeastRead * static_cast<double>(sent.tokens))
    return fails(fmt::format("{} were sent, {} were read: the server cuts what is too long and says nothing", size, *read),
                 "lower context_tokens in models.yaml, or raise the limit of the server");
  if (!says(result.answer, kLongWord)) return weak(fmt::format("with {} it does not find what stands in the first line", size));
  return {.grade = Grade::ok, .why = size};
}

Verdict grade_cancellation(const CallResult& left, std::chrono::milliseconds to_end, const CallResult& next) {
  if (left.fault && left.fault->kind != FaultKind::cancelled) return failed(*left.fault);
  if (!left.fault) return weak("the answer was whole before it could be cancelled");
  if (next.fault && next.fault->kind == FaultKind::too_slow)
    return fails("the next call got no answer: the server seems to go on with the one that was cancelled",
                 "let the server end what its client has left, or serve several calls at once");
  if (next.fault) return failed(*next.fault);
  return {.grade = Grade::ok, .why = fmt::format("the connection was closed after {} ms", to_end.count())};
}

Verdict grade_error_shape(const CallResult& unknown_model, const CallResult* wrong_key) {
  constexpr std::string_view kLook = "look at what stands between here and the server: a proxy that answers in its place?";
  const auto is_final = [](const Fault& fault) {
    return fault.kind == FaultKind::refused_request || fault.kind == FaultKind::auth || fault.kind == FaultKind::quota;
  };
  if (unknown_model.fault && !is_final(*unknown_model.fault))
    return fails(
        fmt::format("a model that does not exist is refused like something that passes with time ({})", unknown_model.fault->error.message),
        kLook);
  if (wrong_key != nullptr && wrong_key->fault && wrong_key->fault->kind != FaultKind::auth)
    return fails(fmt::format("a wrong key is refused like something else ({})", wrong_key->fault->error.message), kLook);
  if (!unknown_model.fault) return weak("a model that does not exist answers: the server takes any name");
  if (wrong_key != nullptr && !wrong_key->fault) return weak("a wrong key is taken");
  return {};
}

bool ends_the_check(const CallResult& result) {
  if (!result.fault) return false;
  const auto kind = result.fault->kind;
  return kind == FaultKind::unreachable || kind == FaultKind::auth || kind == FaultKind::quota || kind == FaultKind::refused_address ||
         kind == FaultKind::too_slow || kind == FaultKind::paused;
}

}  // namespace argosy::llm
