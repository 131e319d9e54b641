// What is asked of vendors' endpoints for vectors, and what of their answers is taken.
#include "common/llm/embed/wire.h"

#include <gmock/gmock.h>

#include <cmath>

namespace argosy::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Endpoint kOpenAi{.api = Api::openai_chat, .base_url = "https://h/v1", .model = "e", .key = "sk-1"};
const Endpoint kOllama{.api = Api::ollama, .base_url = "http://h:11434", .model = "e"};

std::string code(const auto& result) { return result ? "ok" : result.error().code; }

TEST(EmbeddingRequest, IsInTheWordsOfItsVendor) {
  const auto open = encode_embedding(kOpenAi, {"a", "b"});
  ASSERT_TRUE(open);
  EXPECT_EQ(open->url, "https://h/v1/embeddings");
  EXPECT_EQ(open->body, R"({"model":"e","input":["a","b"],"encoding_format":"float"})");
  EXPECT_EQ(open->headers.find("Authorization")->second, "Bearer sk-1");
  const auto ollama = encode_embedding(kOllama, {"a"});
  EXPECT_EQ(ollama->url, "http://h:11434/api/embed");
  EXPECT_THAT(ollama->body, HasSubstr(R"("truncate":false)"));
  EXPECT_EQ(ollama->headers.count("Authorization"), 0u);
  Endpoint responses = kOpenAi;
  responses.api = Api::openai_responses;
  EXPECT_EQ(encode_embedding(responses, {"a"})->url, "https://h/v1/embeddings");
}

TEST(EmbeddingRequest, OfAVendorWithoutThemSaysSo) {
  Endpoint anthropic = kOpenAi;
  anthropic.api = Api::anthropic;
  const auto refused = encode_embedding(anthropic, {"a"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "embedding_unsupported");
  EXPECT_FALSE(refused.error().hint.empty());
}

TEST(EmbeddingRequest, HasBounds) {
  EXPECT_EQ(code(encode_embedding(kOpenAi, {})), "embedding_invalid");
  EXPECT_EQ(code(encode_embedding(kOpenAi, {"a", " \n"})), "embedding_invalid");
  EXPECT_EQ(code(encode_embedding(kOpenAi, std::vector<std::string>(kMaxEmbeddedTexts, "a"))), "ok");
  EXPECT_EQ(code(encode_embedding(kOpenAi, std::vector<std::string>(kMaxEmbeddedTexts + 1, "a"))), "embedding_invalid");
  EXPECT_EQ(code(encode_embedding(kOpenAi, {std::string(kMaxEmbeddedBytes, 'a')})), "ok");
  EXPECT_EQ(code(encode_embedding(kOpenAi, {std::string(kMaxEmbeddedBytes, 'a'), "b"})), "embedding_invalid");
}

TEST(EmbeddingAnswer, BecomesVectorsOfLengthOneInTheOrderOfTheTexts) {
  const auto read = read_embedding(
      R"({"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[3,4]}],"usage":{"prompt_tokens":7,"total_tokens":7}})", 2);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->vectors, (std::vector<Vector>{{0.6F, 0.8F}, {0, 1}}));
  EXPECT_EQ(read->usage.input, 7);
  EXPECT_EQ(read->usage.output, 0);
  const auto ollama = read_embedding(R"({"embeddings":[[3,4]],"prompt_eval_count":5})", 1);
  EXPECT_EQ(ollama->vectors, (std::vector<Vector>{{0.6F, 0.8F}}));
  EXPECT_EQ(ollama->usage.input, 5);
}

TEST(EmbeddingAnswer, ThatIsNotOneGoodVectorForEachTextIsRefused) {
  for (const std::string_view body : {"",
                                      "[]",
                                      "null",
                                      R"({})",
                                      R"({"data":[]})",
                                      R"({"data":{}})",
                                      R"({"error":{"message":"no"},"data":[{"embedding":[1]}]})",
                                      R"({"data":[{"embedding":[]}]})",
                                      R"({"data":[{"embedding":"AAAA"}]})",
                                      R"({"data":[{"embedding":[1,"2"]}]})",
                                      R"({"data":[{"embedding":[NaN]}]})",
                                      R"({"data":[{"embedding":[1e999]}]})",
                                      R"({"data":[{"embedding":[0,0]}]})",
                                      R"({"data":[{"embedding":[null]}]})",
                                      R"({"data":[{"index":1,"embedding":[1]}]})",
                                      R"({"data":[{"index":-1,"embedding":[1]}]})",
                                      R"({"data":[{"embedding":[1]},{"embedding":[1]}]})",
                                      R"({"embeddings":[[1],[1]]})",
                                      R"({"embeddings":[[[1]]]})",
                                      R"({"embeddings":[[1e300,1e300]]})"})
    EXPECT_EQ(code(read_embedding(body, 1)), "embedding_malformed") << body;
  EXPECT_EQ(code(read_embedding(R"({"embeddings":[[1],[1,2]]})", 2)), "embedding_malformed") << "of two sizes";
  EXPECT_EQ(code(read_embedding(R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})", 2)), "embedding_malformed");
  std::string long_one = "1";
  for (std::size_t i = 1; i < kMaxDimensions; ++i) long_one += ",1";
  EXPECT_EQ(code(read_embedding("{\"embeddings\":[[" + long_one + "]]}", 1)), "ok");
  EXPECT_EQ(code(read_embedding("{\"embeddings\":[[" + long_one + ",1]]}", 1)), "embedding_malformed");
}

}  // namespace
}  // namespace argosy::llm
