// `argosy models` as a person and a script call it.
#include <gmock/gmock.h>

#include "common/core/file.h"
#include "common/core/json.h"
#include "workers/cli/command.h"
#include "workers/cli/run.h"

namespace argosy::cli {
namespace {

using testing::HasSubstr;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

constexpr std::string_view kTwo = R"(models:
  - {name: small, api: ollama, base_url: "http://127.0.0.1:1", local: true, model: s, context_tokens: 10000, max_output_tokens: 4096,
     usd_per_million_tokens: {input: 1, output: 1}}
  - {name: big, api: ollama, base_url: "http://127.0.0.1:1", local: true, model: b, context_tokens: 100000, max_output_tokens: 8000,
     usd_per_million_tokens: {input: 2, output: 2}, can: [tools, stream]}
)";

class Models : public ::testing::Test {
 protected:
  Models() {
    EXPECT_TRUE(write_file_atomic(file_, R"(models:
  - {name: small, api: openai-chat, base_url: "https://api.example.com/v1", model: small-1, key: {env: NOT_SET_HERE}, context_tokens: 128000,
     max_output_tokens: 16384, usd_per_million_tokens: {input: 0.15, cache_read: 0.075, output: 0.60}}
  - {name: mystery, api: ollama, base_url: "http://127.0.0.1:1", local: true, model: m, context_tokens: 100, max_output_tokens: 10}
)"));
  }
  std::string printed(std::vector<std::string> words, int code = kSucceeded) {
    words.insert(words.begin(), "models");
    words.insert(words.end(), {"--models", file_});
    CaptureStdout();
    CaptureStderr();
    EXPECT_EQ(run(words), code);
    return GetCapturedStdout() + GetCapturedStderr();
  }

  void write_models(std::string_view text) { EXPECT_TRUE(write_file_atomic(file_, text)); }
  void write_checks(const std::string& text) { EXPECT_TRUE(write_file_atomic(folder_.path() / "models.checked.json", text)); }

 private:
  TempDir folder_;
  const std::string file_ = folder_.path() / "models.yaml";
};

TEST_F(Models, AreListedWithWhatTheyCostAndWithoutTheirKeys) {
  const auto text = printed({"list"});
  EXPECT_THAT(text, HasSubstr("0.15 in, 0.6 out"));
  EXPECT_THAT(text, HasSubstr("no price: cannot be used under a money budget"));
  const auto read = json::parse(printed({"list", "--json"}));
  ASSERT_TRUE(read);
  const auto& models = read->array_or_empty("models");
  ASSERT_EQ(models.size(), 2u);
  EXPECT_EQ(models[0].find("usd_per_million_tokens")->string_or("output", ""), "0.6");
  EXPECT_TRUE(models[1].find("usd_per_million_tokens")->is_null());
}

TEST_F(Models, APriceIsTheExactSumOfItsParts) {
  const auto read = json::parse(printed({"price", "small", "--input", "123457", "--cached", "100000", "--output", "1001", "--json"}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->string_or("usd", ""), "0.01161915");
  EXPECT_EQ(read->string_or("cache_read_usd", ""), "0.0075");
  EXPECT_THAT(printed({"price", "small", "--input", "1000000"}), HasSubstr("0.15 USD\n"));
}

TEST_F(Models, WhatHasNoPriceIsNotPriced) {
  EXPECT_THAT(printed({"price", "mystery", "--input", "1"}, kFailed), HasSubstr("no price"));
  EXPECT_THAT(printed({"price", "smal"}, kUsage), HasSubstr("did you mean \"small\"?"));
  EXPECT_THAT(printed({"price", "small", "--input", "1", "--cached", "2"}, kUsage), HasSubstr("parts of --input"));
  EXPECT_THAT(printed({"rout"}, kUsage), HasSubstr("models list"));
}

TEST_F(Models, AreNotCheckedByGuess) {
  EXPECT_THAT(printed({"check"}, kUsage), HasSubstr("models check NAME"));
  EXPECT_THAT(printed({"check", "mistery"}, kUsage), HasSubstr("did you mean \"mystery\"?"));
  EXPECT_THAT(printed({"check", "small"}, kUsage), HasSubstr("NOT_SET_HERE"));
  EXPECT_THAT(printed({"check", "mystery", "--max-usd", "-1"}, kUsage), HasSubstr("--max-usd"));
}

TEST_F(Models, AreListedWithWhatTheirCheckFound) {
  write_checks(R"({"models":[{"name":"small","api":"openai-chat","base_url":"https://api.example.com/v1","model":"small-1",
    "checked_at":"2026-11-22T10:00:00Z","abilities":{"plain":{"grade":"ok"},"long_input":{"grade":"fails","why":"100 tokens were refused"}}}]})");
  const auto text = printed({"list"});
  EXPECT_THAT(text, HasSubstr("checked 2026-11-22T10:00:00.000Z: 1 ok; fails: long_input"));
  EXPECT_THAT(text, HasSubstr("against models.yaml: context_tokens: long_input fails: 100 tokens were refused"));
  const auto read = json::parse(printed({"list", "--json"}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->array_or_empty("models")[0].array_or_empty("contradictions").size(), 1u);
  EXPECT_TRUE(read->array_or_empty("models")[1].find("checked")->is_null());
  write_checks("{");
  EXPECT_THAT(printed({"list"}, kFailed), HasSubstr("check the models again"));
}

TEST_F(Models, AreRoutedToInTurnAndWithTheReasons) {
  write_models(std::string(kTwo) + R"(routes:
  - {when: {kind: edit, organisation: default}, use: [big, small], hedge_after_ms: 900}
  - {when: {kind: edit, repository: "acme/*"}, prefer: price}
)");
  EXPECT_EQ(printed({"route"}), "small\nbig\n");
  EXPECT_EQ(printed({"route", "--kind", "edit", "--org", "default"}), "big\nsmall\n");
  EXPECT_EQ(printed({"route", "--kind", "edit", "--org", "default", "--repo", "acme/one"}), "small\nbig\n");
  EXPECT_EQ(printed({"route", "--tools"}), "big\n");
  EXPECT_EQ(printed({"route", "--input-tokens", "9000"}), "big\n");
  const auto explained = printed({"route", "--kind", "edit", "--org", "default", "--tools", "--explain"});
  EXPECT_THAT(explained, HasSubstr("decided by: routes, line 7\n   1  big "));
  EXPECT_THAT(explained, HasSubstr("   -  small                    models.yaml does not say that it can do tools"));
  const auto read = json::parse(printed({"route", "--kind", "edit", "--org", "default", "--json"}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->array_or_empty("in_turn")[0].string_or("model", ""), "big");
  EXPECT_EQ(read->int_or("hedge_after_ms", 0), 900);
}

TEST_F(Models, AreRoutedToByWhatTheirChecksFound) {
  write_models(kTwo);
  write_checks(R"({"models":[{"name":"big","api":"ollama","base_url":"http://127.0.0.1:1","model":"b",
    "checked_at":"2026-11-22T10:00:00Z","abilities":{"tool_call":{"grade":"fails","why":"it called nothing"}}}]})");
  const auto nobody = printed({"route", "--tools", "--explain"}, kFailed);
  EXPECT_THAT(nobody, HasSubstr("no model can take a call: small: "));
  EXPECT_THAT(nobody, HasSubstr("the check of big found that tool_call fails: it called nothing"));
  EXPECT_EQ(printed({"route"}), "small\nbig\n");
}

TEST_F(Models, AreNotRoutedToByGuess) {
  EXPECT_THAT(printed({"route", "--kind", "edits"}, kUsage), HasSubstr("did you mean \"edit\"?"));
  EXPECT_THAT(printed({"route", "--complexity", "hard"}, kUsage), HasSubstr("low, normal or high"));
  EXPECT_THAT(printed({"route", "--org", "acme"}, kUsage), HasSubstr("--org"));
  EXPECT_THAT(printed({"route", "--input-tokens", "many"}, kUsage), HasSubstr("--input-tokens"));
  EXPECT_THAT(printed({"route", "small"}, kUsage), HasSubstr("models route"));
}

}  // namespace
}  // namespace argosy::cli
