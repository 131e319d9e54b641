#include "common/llm/check/check.h"

#include <fmt/format.h>

#include <atomic>
#include <future>
#include <memory>
#include <utility>

#include "common/llm/check/grades/grade.h"
#include "common/llm/check/questions.h"
#include "common/llm/money/cost.h"
#include "common/llm/money/tokens.h"
#include "common/llm/wire/encode.h"

namespace argosy::llm {
namespace {

using std::chrono::milliseconds;

class Check {
 public:
  Check(const ModelEntry& entry, const CheckTargets& targets, const CheckPlan& plan, const CheckLimits& limits, const Clock& clock)
      : entry_(entry), targets_(targets), plan_(plan), limits_(limits), clock_(clock) {
    report_ = {.name = entry.name,
               .api = std::string(to_string(entry.endpoint.api)),
               .base_url = entry.endpoint.base_url,
               .model = entry.endpoint.model,
               .at = clock.unix_ms()};
  }

  CheckReport run(const std::function<void(const Finding&)>& on_finding) {
    for (const auto ability : kAbilities) {
      last_ = {};
      Finding finding{.ability = ability, .verdict = verdict(ability)};
      finding.took = last_.took;
      finding.first_byte = last_.first_byte;
      if (ability == Ability::long_input && finding.verdict.grade == Grade::ok) finding.input_tokens = plan_.long_tokens;
      if (on_finding) on_finding(finding);
      report_.findings.push_back(std::move(finding));
    }
    return std::move(report_);
  }

 private:
  struct Times {
    std::optional<milliseconds> took, first_byte;
  };

  Verdict verdict(Ability ability) {
    if (ends_the_check(plain_)) return {.grade = Grade::skipped, .why = "not tried, for the plain answer fails"};
    if (const auto lacking = not_claimed(ability)) return *lacking;
    switch (ability) {
      case Ability::plain:
        plain_ = ask(word_question(kPlainWord), false);
        return grade_plain(plain_);
      case Ability::stream:
        return stream();
      case Ability::tool_call:
        return grade_tool_call(ask(call_question(), entry_.can.stream));
      case Ability::two_calls:
        return grade_two_calls(ask(two_calls_question(), entry_.can.stream));
      case Ability::tool_result:
        return grade_tool_result(ask(result_question(), entry_.can.stream));
      case Ability::schema:
        return grade_schema(ask(schema_question(), entry_.can.stream));
      case Ability::usage:
        return usage();
      case Ability::long_input:
        return long_input();
      case Ability::cancellation:
        return cancellation();
      case Ability::error_shape:
        return error_shape();
    }
    std::unreachable();
  }

  std::optional<Verdict> not_claimed(Ability ability) const {
    const auto lacks = [this](std::string_view what) {
      return Verdict{.grade = Grade::skipped, .why = fmt::format("models.yaml, line {}: `can` has no {}", entry_.can_line, what)};
    };
    const bool of_streams = ability == Ability::stream || ability == Ability::cancellation;
    const bool of_tools = ability == Ability::tool_call || ability == Ability::two_calls || ability == Ability::tool_result;
    if (of_streams && !entry_.can.stream) return lacks("stream");
    if (of_tools && !entry_.can.tools) return lacks("tools");
    if (ability == Ability::schema && !entry_.can.schema) return lacks("schema");
    return std::nullopt;
  }

  Verdict stream() {
    std::size_t pieces = 0;
    const auto result = ask(stream_question(), true, [&](Delta kind, std::string_view) { pieces += kind == Delta::text ? 1 : 0; });
    return grade_stream(result, pieces);
  }

  Verdict usage() {
    const auto request = usage_question();
    const auto result = ask(request, entry_.can.stream);
    bytes_per_token_ = bytes_per_token(plain_, text_bytes(word_question(kPlainWord)), result, text_bytes(request));
    return grade_usage(result, usage_bounds(entry_, request, body_of(request)), &plain_, entry_.can.stream);
  }

  Verdict long_input() {
    if (plan_.long_tokens == 0) return {.grade = Grade::skipped, .why = plan_.long_why};
    const double each = bytes_per_token_.value_or(TokenEstimate::kFirstBytesPerToken);
    const auto result = ask(long_question(static_cast<std::int64_t>(each * static_cast<double>(plan_.long_tokens))), entry_.can.stream);
    auto verdict = grade_long_input(
        result, {.tokens = plan_.long_tokens, .stated = entry_.context_tokens, .is_measured = bytes_per_token_.has_value()});
    if (verdict.grade == Grade::ok && !plan_.long_why.empty()) verdict.why += "; " + plan_.long_why;
    return verdict;
  }

  Verdict cancellation() {
    std::stop_source stop;
    std::promise<CallResult> done;
    std::promise<void> begun;
    std::atomic<bool> has_begun = false;
    const auto begin = [&] {
      if (!has_begun.exchange(true)) begun.set_value();
    };
    const auto request = shared(endless_question());
    targets_.model.start(request,
                         {.on_delta = [&](Delta, std::string_view) { begin(); }, .stop = stop.get_token(), .timeouts = limits_.timeouts},
                         [&](CallResult result) {
                           begin();
                           done.set_value(std::move(result));
                         });
    begun.get_future().wait();
    const auto stopped = clock_.boot_time();
    stop.request_stop();
    const auto left = done.get_future().get();
    const auto to_end = std::chrono::round<milliseconds>(clock_.boot_time() - stopped);
    pay(*request, left);
    CallResult next;
    if (left.fault && left.fault->kind == FaultKind::cancelled) {
      auto timeouts = limits_.timeouts;
      timeouts.first_byte = limits_.after_cancel;
      next = ask(targets_.model, word_question(kFollowUpWord), {.timeouts = timeouts});
    }
    last_ = {.took = to_end, .first_byte = left.first_byte};
    return grade_cancellation(left, to_end, next);
  }

  Verdict error_shape() {
    const auto options = [this] { return CallOptions{.stream = false, .timeouts = limits_.timeouts}; };
    const auto unknown = ask(targets_.unknown_model, word_question(kPlainWord), options());
    if (targets_.wrong_key == nullptr) return grade_error_shape(unknown, nullptr);
    const auto refused = ask(*targets_.wrong_key, word_question(kPlainWord), options());
    return grade_error_shape(unknown, &refused);
  }

  CallResult ask(Request request, bool stream, OnDelta on_delta = {}) {
    return ask(targets_.model, std::move(request), {.on_delta = std::move(on_delta), .stream = stream, .timeouts = limits_.timeouts});
  }

  CallResult ask(Model& model, Request question, CallOptions options) {
    std::promise<CallResult> done;
    const auto request = shared(std::move(question));
    const auto began = clock_.boot_time();
    model.start(request, std::move(options), [&](CallResult result) { done.set_value(std::move(result)); });
    auto result = done.get_future().get();
    last_ = {.took = std::chrono::round<milliseconds>(clock_.boot_time() - began), .first_byte = result.first_byte};
    pay(*request, result);
    return result;
  }

  std::shared_ptr<const Request> shared(Request question) const {
    question.max_tokens = std::min(question.max_tokens, entry_.max_output_tokens);
    return std::make_shared<const Request>(std::move(question));
  }

  std::string body_of(const Request& request) const {
    auto wire = encode(entry_.endpoint, request);
    return wire ? std::move(wire->body) : std::string();
  }

  void pay(const Request& request, const CallResult& result) {
    if (!result.may_be_billed) return;
    const CallSize size{.input_tokens = input_bound(entry_, request, body_of(request)),
                        .output_tokens = output_asked(entry_.endpoint.api, request)};
    const auto worst = worst_case(entry_, size, false).value_or(Spend{});
    // What a call says that broke off is not all that it did.
    const auto real = result.fault ? worst : real_cost(entry_, result.answer.usage, result.answer.complete, worst);
    report_.spent.money += real.money;
    report_.spent.tokens += real.tokens;
  }

  const ModelEntry& entry_;
  const CheckTargets& targets_;
  const CheckPlan& plan_;
  const CheckLimits& limits_;
  const Clock& clock_;
  CheckReport report_;
  CallResult plain_;
  Times last_;
  std::optional<double> bytes_per_token_;
};

}  // namespace

CheckReport check_model(const ModelEntry& entry, const CheckTargets& targets, const CheckPlan& plan, const CheckLimits& limits,
                        const Clock& clock, const std::function<void(const Finding&)>& on_finding) {
  return Check(entry, targets, plan, limits, clock).run(on_finding);
}

}  // namespace argosy::llm
