// What a call brings, over each API: answers, tool calls, usage, and the bill beside it.
#include <future>

#include "tests/integration/llm/fixture.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;

TEST_P(Calls, BringTextThinkingAndUsage) {
  answer_with(R"({"text":"Grüße, dear user","thinking":"short","usage":{"input":100,"output":20,"cached":40}})");
  for (const bool stream : {true, false}) {
    std::string seen;
    const CallResult result = call({.on_delta =
                                        [&](Delta kind, std::string_view piece) {
                                          if (kind == Delta::text) seen += piece;
                                        },
                                    .stream = stream});
    ASSERT_EQ(code(result), "ok") << result.fault->error.message;
    EXPECT_EQ(result.answer.text, "Grüße, dear user");
    EXPECT_EQ(result.answer.thinking.size(), 1U);
    EXPECT_EQ(result.answer.stop, StopReason::end_turn);
    EXPECT_EQ(result.answer.usage.input, 100);
    EXPECT_EQ(result.answer.usage.output, 20);
    EXPECT_TRUE(result.may_be_billed);
    EXPECT_TRUE(result.first_byte);
    if (stream) EXPECT_EQ(seen, "Grüße, dear user");
  }
}

TEST_P(Calls, BringToolCallsWhateverSizeTheirPiecesHave) {
  for (const int split : {1, 7, 100'000}) {
    answer_with(R"({"tool_calls":[{"name":"read","arguments":{"path":"a/b.txt"}},{"name":"read","arguments":{}}],"pieces":3,"split":)" +
                std::to_string(split) + "}");
    const CallResult result = call();
    ASSERT_EQ(code(result), "ok") << result.fault->error.message;
    EXPECT_EQ(result.answer.stop, StopReason::tool_use);
    ASSERT_EQ(result.answer.tool_calls.size(), 2U);
    EXPECT_EQ(result.answer.tool_calls[0].arguments, R"({"path":"a/b.txt"})");
    EXPECT_EQ(result.answer.tool_calls[1].arguments, "{}");
  }
}

TEST_P(Calls, SendTheKeyAndWhatWasSaid) {
  ASSERT_EQ(code(call()), "ok");
  const json::Value asked = server().requests().as_array().at(0);
  const std::string headers = json::dump(*asked.find("headers"));
  EXPECT_THAT(headers, HasSubstr("sk-test-key-0001"));
  EXPECT_THAT(asked.string_or("body", ""), HasSubstr("Say hello."));
}

TEST_P(Calls, AreBilledByTheStandInsOwnRule) {
  answer_with(R"({"text":"0123456789","bytes_per_token":1})");
  const CallResult result = call();
  const json::Value bill = server().bill();
  EXPECT_EQ(bill.int_or("output", 0), 10);
  EXPECT_EQ(bill.int_or("input", 0), result.answer.usage.input);
}

TEST_P(Calls, ShareTheirConnection) {
  HttpModel once = model();
  for (int i = 0; i < 5; ++i) ASSERT_EQ(code(call(once)), "ok");
  EXPECT_EQ(server().left_early(), 0);
}

TEST_P(Calls, CloseTheConnectionWhenTheyAreCancelled) {
  answer_with(R"({"text":"and so on","fault":"stall"})");
  std::stop_source stop;
  std::promise<void> begun;
  const CallResult result = [&] {
    HttpModel once = model();
    std::promise<CallResult> done;
    std::once_flag first;
    once.start(std::make_shared<const Request>(request()),
               {.on_delta = [&](Delta, std::string_view) { std::call_once(first, [&] { begun.set_value(); }); }, .stop = stop.get_token()},
               [&](CallResult ended) { done.set_value(std::move(ended)); });
    begun.get_future().wait();
    stop.request_stop();
    return done.get_future().get();
  }();
  EXPECT_EQ(code(result), "cancelled");
  EXPECT_TRUE(result.may_be_billed);
  EXPECT_FALSE(result.answer.text.empty());
  EXPECT_EQ(server().left_early(), 1);
}

TEST_P(Calls, AreNotSentWhenTheyWereStoppedBefore) {
  std::stop_source stop;
  stop.request_stop();
  const CallResult result = call({.stop = stop.get_token()});
  EXPECT_EQ(code(result), "cancelled");
  EXPECT_FALSE(result.may_be_billed);
  EXPECT_TRUE(server().requests().as_array().empty());
}

TEST_P(Calls, RunByTheHundredOnOneThread) {
  constexpr int kAtOnce = 200;
  answer_with(R"({"text":"all at once","delay_ms":300,"pieces":10})");
  HttpModel once = model();
  std::promise<void> all;
  std::atomic<int> fine = 0, left = kAtOnce;
  for (int i = 0; i < kAtOnce; ++i)
    once.start(std::make_shared<const Request>(request()), {}, [&](const CallResult& result) {
      if (result.answer.text == "all at once") ++fine;
      if (--left == 0) all.set_value();
    });
  all.get_future().wait();
  EXPECT_EQ(fine, kAtOnce);
}

INSTANTIATE_TEST_SUITE_P(Every, Calls, testing::Values(Api::openai_chat, Api::openai_responses, Api::anthropic, Api::ollama), api_name);

}  // namespace
}  // namespace argosy::llm
