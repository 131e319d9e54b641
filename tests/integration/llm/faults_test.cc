// What goes wrong, over each API: refusals in the vendors' own words, streams that break, servers that lie. Bounded, closed, and clear.
#include <sys/resource.h>

#include <future>

#include "common/core/subprocess.h"
#include "tests/integration/llm/fixture.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;

// Far above what it takes, sanitizers included, and far below what is sent.
constexpr long kMostMemoryKb = 1 << 20;

class Faults : public Calls {
 protected:
  CallResult with(const std::string& fault, const std::string& more = "", CallOptions options = {}) {
    answer_with(R"({"text":"a text of some length","fault":")" + fault + "\"" + (more.empty() ? "" : "," + more) + "}");
    return call(std::move(options));
  }
  static constexpr http::StreamTimeouts kQuick{.first_byte = 300ms, .between_bytes = 300ms, .total = 600ms};
};

TEST_P(Faults, OfVendorsAreClassified) {
  const std::vector<std::pair<std::string, FaultKind>> expected{
      {"auth", FaultKind::auth},
      {"forbidden", FaultKind::auth},
      {"quota", FaultKind::quota},
      {"quota_402", FaultKind::quota},
      {"rate_limit", FaultKind::rate_limited},
      {"too_large_for_rate", FaultKind::context_too_long},
      {"server_error", FaultKind::server_error},
      {"unavailable", FaultKind::overloaded},
      {"overloaded", FaultKind::overloaded},
      {"context_too_long", FaultKind::context_too_long},
      {"bad_request", FaultKind::refused_request},
      {"no_model", FaultKind::refused_request},
      {"gateway", FaultKind::server_error},
      {"redirect", FaultKind::refused_request},
  };
  HttpModel once = model();
  for (const auto& [fault, kind] : expected) {
    answer_with(R"({"fault":")" + fault + "\"}");
    // A gate of its own: what failed so far would open the breaker.
    Gates gates(system_clock(),
                [this](std::chrono::milliseconds wait, std::function<void()> what) { client_.after(wait, std::move(what)); });
    HttpModel fresh({.endpoint = endpoint(), .local = true}, client_, gates.at(endpoint()), system_clock());
    const CallResult result = call(fresh);
    ASSERT_TRUE(result.fault) << fault;
    EXPECT_EQ(result.fault->kind, kind) << fault << ": " << result.fault->error.message;
    // Whoever stands before the model may have given up on it while it went on.
    EXPECT_EQ(result.may_be_billed, kind == FaultKind::server_error) << fault;
    EXPECT_EQ(result.fault->error.message.find("sk-test-key"), std::string::npos);
  }
  EXPECT_EQ(server().bill().int_or("output", -1), 0);
}

TEST_P(Faults, SayWhenToAskAgain) {
  EXPECT_EQ(with("rate_limit", R"("headers":{"retry-after-ms":"1500"})").fault->error.retry_after, 1500ms);
  Gates gates(system_clock(), [this](std::chrono::milliseconds wait, std::function<void()> what) { client_.after(wait, std::move(what)); });
  HttpModel fresh({.endpoint = endpoint(), .local = true}, client_, gates.at(endpoint()), system_clock());
  answer_with(R"({"fault":"unavailable","headers":{"Retry-After":"7"}})");
  EXPECT_EQ(call(fresh).fault->error.retry_after, 7s);
  answer_with(R"({"fault":"unavailable","retry_in_s":100})");
  const auto by_date = call(fresh).fault->error.retry_after;
  ASSERT_TRUE(by_date);
  EXPECT_GT(by_date->count(), 50'000);
  EXPECT_LE(by_date->count(), 100'000);
}

TEST_P(Faults, InMidStreamKeepWhatCameAndAreNoSuccess) {
  for (const auto* fault : {"cut", "error_event", "no_end_mark"}) {
    const CallResult result = with(fault, R"("pieces":10)");
    ASSERT_TRUE(result.fault) << fault;
    EXPECT_EQ(result.fault->error.category, Category::transient) << fault;
    EXPECT_FALSE(result.answer.complete) << fault;
    EXPECT_FALSE(result.answer.text.empty()) << fault;
    EXPECT_TRUE(result.may_be_billed) << fault;
  }
}

TEST_P(Faults, OfSilenceAreTimeOutsOfTheirOwn) {
  EXPECT_THAT(with("silence", "", {.timeouts = kQuick}).fault->error.message, HasSubstr("began no answer"));
  EXPECT_THAT(with("stall", "", {.timeouts = kQuick}).fault->error.message, HasSubstr("sent nothing more"));
  EXPECT_THAT(with("drip", R"("pause_ms":50)", {.timeouts = kQuick}).fault->error.message, HasSubstr("was not done"));
  EXPECT_EQ(with("drip", R"("pause_ms":60000)", {.timeouts = kQuick}).fault->kind, FaultKind::too_slow);
  EXPECT_GE(server().left_early(), 3);
}

TEST_P(Faults, OfServersThatSendTooMuchAreBounded) {
  for (const auto* fault : {"endless_head", "endless_line", "endless_body", "endless_stream", "gzip_bomb", "many_calls", "deep_json"}) {
    const CallResult result = with(fault);
    ASSERT_TRUE(result.fault) << fault;
    EXPECT_NE(result.fault->kind, FaultKind::too_slow) << fault << ": " << result.fault->error.message;
    EXPECT_LT(result.answer.text.size(), ReaderLimits{}.max_answer_bytes + 1) << fault;
    EXPECT_LE(result.answer.tool_calls.size(), ReaderLimits{}.max_tool_calls) << fault;
  }
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  EXPECT_LT(used.ru_maxrss, kMostMemoryKb);
}

TEST_P(Faults, OfWhatIsNoAnswerAreClear) {
  EXPECT_EQ(with("garbage").fault->kind, FaultKind::broken_stream);
  EXPECT_EQ(with("garbage_body").fault->kind, FaultKind::broken_stream);
  EXPECT_THAT(with("html").fault->error.message, HasSubstr("text/html"));
  EXPECT_THAT(with("gzip_bomb").fault->error.message, HasSubstr("packed"));
}

TEST_P(Faults, WithoutUsageSayNothingAboutIt) {
  const CallResult result = with("no_usage");
  EXPECT_EQ(code(result), "ok");
  EXPECT_EQ(result.answer.usage.output, std::nullopt);
}

TEST_P(Faults, OfPrivateAddressesComeBeforeAnythingIsSent) {
  HttpModel guarded = model(/*local=*/false);
  const CallResult result = call(guarded);
  EXPECT_EQ(code(result), "address_refused");
  EXPECT_FALSE(result.may_be_billed);
  EXPECT_TRUE(server().requests().as_array().empty());
}

TEST_P(Faults, OfTlsAreErrors) {
  const TempDir folder;
  const auto cert = (folder.path() / "cert.pem").string(), key = (folder.path() / "key.pem").string();
  const auto made = run({.argv = {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                                  "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert},
                         .env = minimal_env()});
  ASSERT_TRUE(made && made->exit_code == 0);
  const test::ModelServer tls({"--cert", cert, "--key", key});
  Endpoint where = endpoint();
  where.base_url = tls.url(GetParam() == Api::ollama || GetParam() == Api::anthropic ? "" : "/v1");
  HttpModel stranger({.endpoint = where, .local = true}, client_, gates_.at(where), system_clock());
  EXPECT_EQ(call(stranger).fault->kind, FaultKind::unreachable);
  HttpModel known({.endpoint = where, .local = true, .ca_file = cert}, client_, gates_.at(where), system_clock());
  EXPECT_EQ(code(call(known)), "ok");
  where.base_url = "https://127.0.0.1:" + std::to_string(server().port()) + "/v1";
  HttpModel plain({.endpoint = where, .local = true}, client_, gates_.at(where), system_clock());
  EXPECT_EQ(call(plain, {.timeouts = {.connect = 300ms}}).fault->kind, FaultKind::unreachable);
}

TEST_P(Faults, PassWhenTheNextTryIsFine) {
  server().rules(
      R"([{"times":1,"then":{"fault":"overloaded"}},{"times":1,"then":{"text":"half of it","pieces":10,"fault":"cut"}},{"then":{"text":"whole"}}])");
  HttpModel once = model();
  RetryingModel patient(
      once, [this](std::chrono::milliseconds wait, std::function<void()> what) { client_.after(wait, std::move(what)); },
      [] { return 0.0; });
  std::string seen;
  const CallResult result =
      call(patient, {.on_delta = [&](Delta, std::string_view piece) { seen += piece; }, .on_restart = [&] { seen.clear(); }});
  ASSERT_EQ(code(result), "ok");
  EXPECT_EQ(result.answer.text, "whole");
  EXPECT_EQ(seen, "whole");
  EXPECT_EQ(result.tries, 3);
}

TEST_P(Faults, OpenTheBreakerAndNothingMoreIsSent) {
  answer_with(R"({"fault":"server_error"})");
  HttpModel once = model();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code(call(once)), "model_failed");
  const CallResult result = call(once);
  EXPECT_EQ(code(result), "model_paused");
  EXPECT_TRUE(result.fault->error.retry_after);
  EXPECT_EQ(server().requests().as_array().size(), 5U);
}

INSTANTIATE_TEST_SUITE_P(Every, Faults, testing::Values(Api::openai_chat, Api::openai_responses, Api::anthropic, Api::ollama), api_name);

}  // namespace
}  // namespace argosy::llm
