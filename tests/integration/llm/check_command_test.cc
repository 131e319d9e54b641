// `argosy models check` as a person and a script call it, against the stand-in of each API.
#include "common/core/file.h"
#include "common/core/subprocess.h"
#include "common/llm/check/checked.h"
#include "tests/integration/llm/check_fixture.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;

class CheckCommand : public ServedChecks {
 protected:
  CheckCommand() {
    EXPECT_TRUE(write_file_atomic(
        file_,
        fmt::format("models:\n  - {{name: small, api: {}, base_url: \"{}\", local: true, model: m, key: {{env: STANDIN_KEY}},\n"
                    "     context_tokens: 20000, max_output_tokens: 4096, can: [tools, schema, stream],\n"
                    "     usd_per_million_tokens: {{input: 1, cache_write: 1, output: 2}}}}\n"
                    "  - {{name: other, api: ollama, base_url: \"http://127.0.0.1:1\", local: true, model: m, key: {{env: NOT_SET_HERE}},\n"
                    "     context_tokens: 20000, max_output_tokens: 4096}}\n",
                    to_string(GetParam()), endpoint().base_url)));
  }
  Completed argosy(std::vector<std::string> words) const {
    words.insert(words.begin(), {std::string(ARGOSY_BINARY_DIR "/bin/argosy"), "models"});
    words.insert(words.end(), {"--models", file_});
    auto env = minimal_env();
    env["STANDIN_KEY"] = "sk-test-key-0001";
    auto done = argosy::run({.argv = std::move(words), .env = std::move(env)});
    EXPECT_TRUE(done);
    return *done;
  }

  TempDir folder_;
  const std::string file_ = folder_.path() / "models.yaml";
};

TEST_P(CheckCommand, GradesEachAbilityAndSaysWhatItCosts) {
  serve();
  const auto done = argosy({"check", "small"});
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  for (const auto ability : kAbilities) EXPECT_THAT(done.out, HasSubstr(fmt::format("{:<13} ok", to_string(ability))));
  EXPECT_THAT(done.out, HasSubstr("it costs at most 0."));
  EXPECT_THAT(done.out, HasSubstr("10 ok; it cost 0."));
  EXPECT_THAT(argosy({"list"}).out, HasSubstr(": 10 ok"));
}

TEST_P(CheckCommand, FailsWhereModelsYamlClaimsTooMuch) {
  serve(rule("The ship is called", R"({"text":"Argo"})"));
  const auto done = argosy({"check", "small", "--json"});
  EXPECT_EQ(done.exit_code, 1) << done.err;
  const auto report = json::parse(done.out);
  ASSERT_TRUE(report) << done.out;
  EXPECT_THAT(done.err, HasSubstr("it costs at most 0."));
  EXPECT_EQ(report->find("abilities")->find("schema")->string_or("grade", ""), "fails");
  EXPECT_THAT(argosy({"list"}).out, HasSubstr("against models.yaml: can: schema: schema fails"));
}

TEST_P(CheckCommand, SaysThatItKeepsNothingOfAnOutage) {
  serve(rule("", R"({"fault":"unavailable"})"));
  const auto done = argosy({"check", "small"});
  EXPECT_EQ(done.exit_code, 1) << done.err;
  EXPECT_THAT(done.out, HasSubstr("not kept: the way to the model failed"));
  EXPECT_FALSE(read_file(checked_path(file_), kMaxCheckedBytes));
}

TEST_P(CheckCommand, IsNotBegunWhenItIsCalledWrongly) {
  EXPECT_EQ(argosy({"check"}).exit_code, 2);
  EXPECT_EQ(argosy({"check", "smal"}).exit_code, 2);
  EXPECT_EQ(argosy({"check", "small", "--max-usd", "much"}).exit_code, 2);
  const auto dear = argosy({"check", "small", "--max-usd", "0.0001"});
  EXPECT_EQ(dear.exit_code, 2);
  EXPECT_THAT(dear.err, HasSubstr("more than 0.0001"));
  EXPECT_TRUE(server().requests().as_array().empty());
}

TEST_P(CheckCommand, SpendsNothingWhereItsGradesCannotBeKept) {
  serve();
  ASSERT_TRUE(write_file_atomic(checked_path(file_), "no JSON"));
  EXPECT_EQ(argosy({"check", "small"}).exit_code, 1);
  EXPECT_TRUE(server().requests().as_array().empty());
}

INSTANTIATE_TEST_SUITE_P(Every, CheckCommand, testing::Values(Api::openai_chat, Api::openai_responses, Api::anthropic, Api::ollama),
                         api_name);

}  // namespace
}  // namespace argosy::llm
