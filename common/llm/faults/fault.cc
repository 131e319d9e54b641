#include "common/llm/faults/fault.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/core/text.h"
#include "common/llm/faults/complaint.h"
#include "common/llm/faults/retry_after.h"

namespace argosy::llm {
namespace {

using enum FaultKind;
using enum AnotherModel;
constexpr auto A = Category::transient, B = Category::needs_user, C = Category::code_logic;

constexpr auto kRules = std::to_array<FaultRule>({
    // kind, code, category, try_again, counts, may_be_billed, another_model
    {unreachable, "model_unreachable", A, true, true, false, yes},
    {too_slow, "model_too_slow", A, true, true, true, yes},
    {overloaded, "model_overloaded", A, true, true, false, yes},
    {server_error, "model_failed", A, true, true, true, yes},  // a proxy may have given up on a model that went on
    {rate_limited, "rate_limited", A, true, false, false, yes},
    {broken_stream, "stream_broken", A, true, true, true, yes},
    {context_too_long, "context_too_long", C, false, false, false, larger},
    {auth, "model_key_refused", B, false, false, false, yes},
    {quota, "model_quota_spent", B, false, false, false, yes},
    {refused_request, "request_refused", B, false, false, false, yes},  // another vendor may take it
    {refused_address, "address_refused", B, false, false, false, yes},
    {too_large, "answer_too_large", B, false, true, true, yes},
    {paused, "model_paused", A, false, false, false, yes},
    {budget, "budget_exhausted", B, false, false, false, cheaper},  // A where the room is only reserved: then the step waits for it
    {cancelled, "cancelled", A, false, false, true, no},
});

constexpr auto kTransport = std::to_array<std::pair<std::string_view, FaultKind>>({
    {"connect_failed", unreachable},
    {"tls_failed", unreachable},
    {"first_byte_timeout", too_slow},
    {"stalled", too_slow},
    {"timeout", too_slow},
    {"cut", broken_stream},
    {"answer_malformed", broken_stream},
    {"stopped", broken_stream},
    {"address_refused", refused_address},
    {"url_invalid", refused_address},
    {"response_too_large", too_large},
    {"too_many_calls", paused},
    {"cancelled", cancelled},
});

constexpr std::string_view hint_of(FaultKind kind) {
  if (kind == auth) return "check the model's key in models.yaml";
  if (kind == quota) return "the account at the vendor needs money or a higher limit";
  if (kind == budget) return "raise it with `argosy budget set`";
  if (kind == refused_address) return "base URLs lead to public addresses; a server of your own is marked `local: true` in models.yaml";
  return {};
}

}  // namespace

std::span<const FaultRule> fault_rules() { return kRules; }

const FaultRule& rule_of(FaultKind kind) { return kRules[static_cast<std::size_t>(kind)]; }

Fault make_fault(FaultKind kind, std::string message, std::string hint) {
  const FaultRule& rule = rule_of(kind);
  if (hint.empty()) hint = hint_of(kind);
  return {kind, {.category = rule.category, .code = std::string(rule.code), .message = std::move(message), .hint = std::move(hint)}};
}

Fault fault_of_transport(const Error& error) {
  const auto known = std::ranges::find(kTransport, error.code, &std::pair<std::string_view, FaultKind>::first);
  return make_fault(known == kTransport.end() ? unreachable : known->second, error.message);
}

Fault fault_of_status(int status, const http::Headers& headers, std::string_view body, UnixMillis now) {
  const Complaint complaint = read_complaint(body);
  FaultKind kind = kind_of(status, complaint);
  // Vendors that know better than their own status say so.
  const auto should = headers.find("x-should-retry");
  if (should != headers.end() && should->second == "false" && rule_of(kind).try_again) kind = refused_request;
  const std::string said = complaint.message.empty() ? "" : ": " + complaint.message;
  Fault fault = make_fault(kind, "status " + std::to_string(status) + said);
  if (fault.error.category == Category::transient) fault.error.retry_after = retry_after(headers, now);
  return fault;
}

Fault fault_of_answer(const Answer& answer) {
  if (answer.error.empty())
    return make_fault(broken_stream, answer.complete ? "the answer ended with an error" : "the answer stopped without its end mark");
  // What a vendor reports in mid-answer is named as a refusal would be; without a status the words decide.
  FaultKind kind = kind_of(kNoStatus, read_complaint(answer.error));
  return make_fault(kind, text::ellipsize(text::to_utf8(answer.error), kLongestComplaint));
}

}  // namespace argosy::llm
