// Vectors over HTTP, from the stand-in of each vendor that has them.
#include <numeric>

#include "common/llm/embed/http_embedder.h"
#include "tests/integration/llm/fixture.h"

namespace argosy::llm {
namespace {

class Embeddings : public Calls {
 protected:
  std::unique_ptr<HttpEmbedder> embedder(bool local = true) {
    // A gate of its own: what failed so far would open the breaker.
    Gates gates(system_clock(),
                [this](std::chrono::milliseconds wait, std::function<void()> what) { client_.after(wait, std::move(what)); });
    return std::make_unique<HttpEmbedder>(HttpModelSettings{.endpoint = endpoint(), .local = local}, client_, gates.at(endpoint()),
                                          system_clock());
  }
  Embedding ask(std::vector<std::string> texts, CallOptions options = {}) {
    std::promise<Embedding> promise;
    const auto own = embedder();
    own->start(std::make_shared<const std::vector<std::string>>(std::move(texts)), std::move(options),
               [&](Embedding embedding) { promise.set_value(std::move(embedding)); });
    return promise.get_future().get();
  }
  static double cosine(const Vector& one, const Vector& other) { return std::inner_product(one.begin(), one.end(), other.begin(), 0.0); }
  static std::string code(const Embedding& embedding) { return embedding.fault ? embedding.fault->error.code : "ok"; }
};

TEST_P(Embeddings, OfTextsThatAreAlikeLieNear) {
  const auto made = ask({"how long is the river", "how long is the river then", "add a test for the parser"});
  ASSERT_EQ(code(made), "ok");
  ASSERT_EQ(made.vectors.size(), 3u);
  EXPECT_NEAR(cosine(made.vectors[0], made.vectors[0]), 1, 1e-6);
  EXPECT_GT(cosine(made.vectors[0], made.vectors[1]), 0.9);
  EXPECT_LT(cosine(made.vectors[0], made.vectors[2]), 0.6);
  EXPECT_TRUE(made.may_be_billed);
  EXPECT_EQ(made.usage.input, server().bill().int_or("input", -1));
}

TEST_P(Embeddings, FaultsAreClassifiedAsThoseOfCalls) {
  const std::vector<std::pair<std::string, FaultKind>> expected{{"auth", FaultKind::auth},
                                                                {"quota", FaultKind::quota},
                                                                {"rate_limit", FaultKind::rate_limited},
                                                                {"overloaded", FaultKind::overloaded},
                                                                {"garbage", FaultKind::broken_stream},
                                                                {"html", FaultKind::broken_stream}};
  for (const auto& [fault, kind] : expected) {
    answer_with(R"({"fault":")" + fault + "\"}");
    const auto failed = ask({"a"});
    ASSERT_TRUE(failed.fault) << fault;
    EXPECT_EQ(failed.fault->kind, kind) << fault << ": " << failed.fault->error.message;
    EXPECT_EQ(failed.fault->error.message.find("sk-test-key"), std::string::npos);
  }
}

TEST_P(Embeddings, ThatAreNoneAreBrokenAnswersThatMayBeBilled) {
  for (const std::string vectors : {"[]", "[[]]", "[[1],[1]]", "[[\"1\"]]", "[[0,0]]", "[[NaN]]", "[[1e999]]"}) {
    answer_with("{\"vectors\":" + vectors + "}");
    const auto failed = ask({"a"});
    EXPECT_EQ(code(failed), "stream_broken") << vectors;
    EXPECT_TRUE(failed.may_be_billed);
  }
}

TEST_P(Embeddings, LargerThanTheirTextsCanHaveAreRefusedUnparsed) {
  const auto give = [](std::size_t numbers) {
    std::string vector = "1";
    for (std::size_t i = 1; i < numbers; ++i) vector += ",0.123456789012345678";
    answer_with("{\"vectors\":[[" + vector + "]]}");
  };
  give(kMaxDimensions);
  EXPECT_EQ(code(ask({"a"})), "ok") << "the longest vector";
  give(4 * kMaxDimensions);
  const auto refused = ask({"a"});
  ASSERT_TRUE(refused.fault);
  EXPECT_EQ(refused.fault->kind, FaultKind::too_large) << refused.fault->error.message;
}

TEST_P(Embeddings, AServerThatNeverEndsIsBoundedInTimeAndBytes) {
  CallOptions quick;
  quick.timeouts = {.first_byte = 300ms, .between_bytes = 300ms, .total = 5'000ms};
  answer_with(R"({"fault":"silence"})");
  EXPECT_EQ(ask({"a"}, quick).fault->kind, FaultKind::too_slow);
  answer_with(R"({"fault":"endless_body"})");
  EXPECT_TRUE(ask({"a"}, quick).fault);
}

TEST_P(Embeddings, AreCancelledWithTheirConnection) {
  answer_with(R"({"delay_ms":60000})");
  std::stop_source stop;
  std::promise<Embedding> promise;
  const auto own = embedder();
  own->start(std::make_shared<const std::vector<std::string>>(1, "a"), {.stop = stop.get_token()},
             [&](Embedding embedding) { promise.set_value(std::move(embedding)); });
  stop.request_stop();
  EXPECT_EQ(code(promise.get_future().get()), "cancelled");
}

TEST_P(Embeddings, OfAPrivateAddressThatIsNotMarkedLocalAreRefused) {
  const auto refused = embedder(false)->embed({"a"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "address_refused");
}

INSTANTIATE_TEST_SUITE_P(OfEachApi, Embeddings, testing::Values(Api::openai_chat, Api::openai_responses, Api::ollama), api_name);

}  // namespace
}  // namespace argosy::llm
