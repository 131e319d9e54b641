// Which fault is which, by the words and headers that vendors were seen to use.
#include "common/llm/faults/fault.h"

#include <gtest/gtest.h>

#include "common/llm/faults/retry_after.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;
using enum FaultKind;

constexpr UnixMillis kNow = 1'764'000'000'000;  // 2025-11-24T16:00:00Z

FaultKind kind(int status, std::string_view body, const http::Headers& headers = {}) {
  return fault_of_status(status, headers, body, kNow).kind;
}

TEST(Faults, HaveOneRuleEachInTheirOrder) {
  ASSERT_EQ(fault_rules().size(), static_cast<std::size_t>(cancelled) + 1);
  for (std::size_t i = 0; i < fault_rules().size(); ++i) EXPECT_EQ(static_cast<std::size_t>(fault_rules()[i].kind), i);
}

TEST(Faults, EndARouteOnlyWhereNoOtherModelHelps) {
  for (const FaultRule& rule : fault_rules()) {
    const auto expected = rule.kind == cancelled          ? AnotherModel::no
                          : rule.kind == context_too_long ? AnotherModel::larger
                          : rule.kind == budget           ? AnotherModel::cheaper
                                                          : AnotherModel::yes;
    EXPECT_EQ(rule.another_model, expected) << rule.code;
  }
}

TEST(Faults, OfAnEmptyAccountAreFinalWhateverTheirStatus) {
  EXPECT_EQ(
      kind(
          429,
          R"({"error":{"message":"You exceeded your current quota, please check your plan","type":"insufficient_quota","param":null,"code":"insufficient_quota"}})"),
      quota);
  EXPECT_EQ(
      kind(
          400,
          R"({"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}})"),
      quota);
  EXPECT_EQ(kind(402, R"({"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}})"),
            quota);
  EXPECT_EQ(kind(429, R"({"error":{"message":"Your account is suspended, please check your plan","type":"exceeded_current_quota_error"}})"),
            quota);
  EXPECT_EQ(kind(402, ""), quota);
  EXPECT_EQ(rule_of(quota).category, Category::needs_user);
  EXPECT_FALSE(rule_of(quota).try_again);
}

TEST(Faults, OfARatePassWithTime) {
  EXPECT_EQ(
      kind(
          429,
          R"({"error":{"message":"Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000","type":"tokens","code":"rate_limit_exceeded"}})"),
      rate_limited);
  EXPECT_EQ(kind(429, R"({"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your rate limit"}})"),
            rate_limited);
  EXPECT_EQ(kind(429, R"([{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED"}}])"),
            rate_limited);
  EXPECT_EQ(kind(429, ""), rate_limited);
}

TEST(Faults, OfALongConversationAreKnownInEveryDialect) {
  for (
      const std::string_view body : {
          R"({"error":{"message":"This model's maximum context length is 128000 tokens. However, your messages resulted in 140000","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}})",
          R"({"error":{"message":"Your input exceeds the context window of this model.","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}})",
          R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}})",
          R"({"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000"}})",
          R"({"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens","type":"BadRequestError","param":null,"code":400})",
          R"({"error":{"code":400,"message":"the request exceeds the available context size. try increasing the context size","type":"exceed_context_size_error"}})",
          R"({"error":"the input length exceeds the context length"})",
          R"({"error":{"message":"Invalid request: Your request exceeded model token limit: 131072","type":"invalid_request_error"}})",
          R"({"error":{"message":"Range of input length should be [1, 30720]","type":"invalid_request_error","code":"invalid_parameter_error"}})",
      })
    EXPECT_EQ(kind(400, body), context_too_long) << body;
  EXPECT_EQ(kind(500, R"({"error":{"code":500,"message":"the request exceeds the available context size","type":"server_error"}})"),
            context_too_long);
  EXPECT_EQ(kind(413, ""), context_too_long);
  EXPECT_EQ(
      kind(
          429,
          R"({"error":{"message":"Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 45000","type":"tokens","code":"rate_limit_exceeded"}})"),
      context_too_long);
  EXPECT_EQ(rule_of(context_too_long).category, Category::code_logic);
  EXPECT_EQ(rule_of(context_too_long).code, "context_too_long");
}

TEST(Faults, OfServersAreTriedAgain) {
  for (const int status : {500, 502, 504, 520, 408, 409, 425}) EXPECT_EQ(kind(status, ""), server_error) << status;
  for (const int status : {503, 529}) EXPECT_EQ(kind(status, ""), overloaded) << status;
  EXPECT_EQ(kind(500, R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"), overloaded);
  EXPECT_EQ(kind(502, "<html><body>502 Bad Gateway: rate limit</body></html>"), server_error);
}

TEST(Faults, OfKeysAndRequestsAreFinal) {
  EXPECT_EQ(kind(401, R"({"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}})"),
            auth);
  EXPECT_EQ(kind(403, ""), auth);
  for (const int status : {301, 302, 400, 404, 405, 422}) EXPECT_EQ(kind(status, ""), refused_request) << status;
  EXPECT_EQ(kind(500, "", {{"x-should-retry", "false"}}), refused_request);
}

TEST(Faults, InsideAnAnswerAreNamedByTheirWords) {
  const auto said = [](std::string error) { return fault_of_answer({.text = "half", .error = std::move(error)}).kind; };
  EXPECT_EQ(said("overloaded_error: Overloaded"), overloaded);
  EXPECT_EQ(said(R"({"type":"error","error":{"type":"rate_limit_error","message":"slow"}})"), rate_limited);
  EXPECT_EQ(said("prompt is too long: 3 tokens > 2 maximum"), context_too_long);
  EXPECT_EQ(said("an error was encountered while running the model: unexpected EOF"), broken_stream);
  EXPECT_EQ(said(""), broken_stream);
}

TEST(Faults, RepeatNoMoreThanABoundOfWhatAServerSays) {
  const auto fault = fault_of_status(400, {}, std::string(1 << 20, 'x') + "\xff", kNow);
  EXPECT_LT(fault.error.message.size(), 600U);
  EXPECT_EQ(fault_of_status(400, {}, "<html>" + std::string(1000, 'x'), kNow).error.message, "status 400");
}

TEST(RetryAfter, IsReadInMillisecondsThenSecondsThenAsADate) {
  EXPECT_EQ(retry_after({{"retry-after-ms", "1500"}, {"Retry-After", "9"}}, kNow), 1500ms);
  EXPECT_EQ(retry_after({{"Retry-After", "20"}}, kNow), 20s);
  EXPECT_EQ(retry_after({{"Retry-After", "0.25"}}, kNow), 250ms);
  EXPECT_EQ(retry_after({{"Retry-After", "Mon, 24 Nov 2025 16:01:00 GMT"}}, kNow), 1min);
  EXPECT_EQ(retry_after({{"Retry-After", "Mon, 24 Nov 2025 15:00:00 GMT"}}, kNow), 0ms) << "it has passed";
  EXPECT_EQ(retry_after({{"retry-after-ms", "soon"}, {"Retry-After", "2"}}, kNow), 2s);
  for (const std::string bad : {"", "soon", "-5", "1e9", "NaN", "0x10", "1.2.3", "99999999999999999999"})
    EXPECT_EQ(retry_after({{"Retry-After", bad}}, kNow), std::nullopt) << bad;
}

TEST(Allowances, AreReadInEachVendorsWay) {
  EXPECT_EQ(parse_span("6m0s"), 6min);
  EXPECT_EQ(parse_span("1h2m3.5s"), 1h + 2min + 3500ms);
  EXPECT_EQ(parse_span("20ms"), 20ms);
  for (const std::string bad : {"", "s", "5", "5x", "1s2", "-1s"}) EXPECT_EQ(parse_span(bad), std::nullopt) << bad;
  const auto openai = read_allowances({{"x-ratelimit-limit-requests", "60"},
                                       {"x-ratelimit-remaining-requests", "59"},
                                       {"x-ratelimit-reset-requests", "1s"},
                                       {"x-ratelimit-remaining-tokens", "149984"}},
                                      kNow);
  EXPECT_EQ(openai.requests, (Allowance{60, 59, 1s}));
  EXPECT_EQ(openai.tokens.remaining, 149984);
  const auto anthropic = read_allowances({{"anthropic-ratelimit-tokens-limit", "80000"},
                                          {"anthropic-ratelimit-tokens-remaining", "0"},
                                          {"anthropic-ratelimit-tokens-reset", "2025-11-24T16:00:30Z"}},
                                         kNow);
  EXPECT_EQ(anthropic.tokens, (Allowance{80000, 0, 30s}));
  EXPECT_EQ(read_allowances({}, kNow).requests, Allowance{});
}

}  // namespace
}  // namespace argosy::llm
