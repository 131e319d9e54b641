// models.yaml: what is written is taken exactly, and every mistake is one line with its place.
#include "common/llm/models/catalogue.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "common/core/file.h"
#include "common/core/redact.h"

namespace argosy::llm {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kSmall = R"(models:
  - name: small
    api: openai-chat
    base_url: https://api.example.com/v1
    model: small-1
    key: {env: SMALL_KEY}
    context_tokens: 128000
    max_output_tokens: 16384
    usd_per_million_tokens: {input: 0.15, cache_read: 0.075, output: 0.60}
    limits: {requests_per_minute: 500, tokens_per_minute: 200000}
    can: [tools, images, stream]
    image_tokens: 1600
    tokenizer: o200k
)";

Result<Catalogue> parse(std::string_view text) {
  const KeySources keys{
      .variable =
          [](const std::string& name) { return name == "SMALL_KEY" ? std::optional<std::string>("sk-very-secret\n") : std::nullopt; },
      .file = [](const std::string& path) -> Result<std::string> {
        if (path == "/key") return "from-file";
        return fail_user("file_missing", path + " is not there");
      }};
  return parse_models(text, "models.yaml", keys);
}

// kSmall with one line in place of another.
std::string with(std::string_view line, std::string_view instead) {
  std::string text(kSmall);
  const auto at = text.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return text.replace(at, line.size(), instead);
}

std::string mistake(std::string_view text) {
  const auto read = parse(text);
  if (read) return "none";
  EXPECT_EQ(read.error().code, "models_invalid");
  EXPECT_EQ(read.error().category, Category::needs_user);
  EXPECT_EQ(read.error().message.find('\n'), std::string::npos);
  return read.error().message;
}

TEST(Models, AreReadExactly) {
  const auto read = parse(kSmall);
  ASSERT_TRUE(read) << to_string(read.error());
  const ModelEntry* small = read->find("small");
  ASSERT_NE(small, nullptr);
  EXPECT_EQ(small->endpoint.api, Api::openai_chat);
  EXPECT_EQ(small->endpoint.base_url, "https://api.example.com/v1");
  EXPECT_EQ(small->endpoint.model, "small-1");
  EXPECT_EQ(small->endpoint.key, "sk-very-secret");
  EXPECT_EQ(small->context_tokens, 128'000);
  EXPECT_EQ(small->endpoint.context_tokens, 128'000) << "Ollama must be told, or it cuts at its own default";
  EXPECT_EQ(small->prices, (Prices{.input = 150'000'000, .cache_read = 75'000'000, .cache_write = 150'000'000, .output = 600'000'000}));
  EXPECT_EQ(small->tokens_per_minute, 200'000);
  EXPECT_TRUE(small->can.tools && small->can.images && small->can.stream && !small->can.schema && !small->can.thinking);
  EXPECT_EQ(small->tokenizer, "o200k");
  EXPECT_EQ(redact("it is sk-very-secret"), redact("it is ") + redact("sk-very-secret")) << "and nobody reads the key in a log";
  EXPECT_EQ(redact("it is sk-very-secret").find("very-secret"), std::string::npos);
}

TEST(Models, AreAsTheReadmeShowsThem) {
  const auto readme = read_file(ARGOSY_SOURCE_DIR "/README.md").value_or("");
  const KeySources keys{.variable = [](const std::string&) { return std::optional<std::string>("sk-of-the-readme"); }, .file = {}};
  std::vector<std::string> first;  // names, of each block
  for (auto at = readme.find("```yaml\nmodels:"); at != std::string::npos; at = readme.find("```yaml\nmodels:", at + 8)) {
    const auto read = parse_models(readme.substr(at + 8, readme.find("```", at + 8) - at - 8), "README.md", keys);
    ASSERT_TRUE(read) << to_string(read.error());
    first.push_back(read->models().front().name);
    EXPECT_TRUE(read->find("here") != nullptr && read->find("here")->local);
  }
  EXPECT_EQ(first, (std::vector<std::string>{"mine", "small"})) << "of the first steps, and of all that a model's entry may say";
}

TEST(Models, ThatEmbedDoNothingElseAndCostTheirInput) {
  constexpr std::string_view kVectors = R"(models:
  - {name: v, api: ollama, base_url: "http://127.0.0.1:11434", local: true, model: nomic, context_tokens: 8000, can: [embedding],
     usd_per_million_tokens: {input: 0.02}}
)";
  const auto read = parse(kVectors);
  ASSERT_TRUE(read) << to_string(read.error());
  const auto& model = read->models()[0];
  EXPECT_TRUE(model.can.embedding && !model.can.stream);
  EXPECT_EQ(model.prices, (Prices{.input = 20'000'000, .cache_read = 20'000'000, .cache_write = 20'000'000, .output = 0}));
  const auto refused = [&](std::string_view part, std::string_view instead) {
    std::string text(kVectors);
    const auto broken = parse(text.replace(text.find(part), part.size(), instead));
    return broken ? "" : broken.error().message;
  };
  EXPECT_THAT(refused("[embedding]", "[embedding, stream]"), HasSubstr("a model that embeds does nothing else"));
  EXPECT_THAT(refused("ollama", "anthropic"), HasSubstr("anthropic"));
  EXPECT_THAT(refused("input: 0.02", "output: 0.02"), HasSubstr("usd_per_million_tokens needs input"));
}

TEST(Models, WithoutPricesAreKnownAsSuch) {
  const auto read = parse(with("    usd_per_million_tokens: {input: 0.15, cache_read: 0.075, output: 0.60}\n", ""));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->models()[0].prices);
}

TEST(Models, AKeyInTheFileIsRefusedAndNotRepeated) {
  const auto said = mistake(with("{env: SMALL_KEY}", "sk-in-the-file"));
  EXPECT_EQ(said, "models.yaml:6:10: key must be {env: VARIABLE} or {file: PATH}: a key does not belong into this file");
}

TEST(Models, KeysComeFromTheEnvironmentOrAFile) {
  EXPECT_EQ(parse(with("{env: SMALL_KEY}", "{file: /key}"))->models()[0].endpoint.key, "from-file");
  EXPECT_THAT(mistake(with("{env: SMALL_KEY}", "{env: OTHER}")), HasSubstr("models.yaml:6:10: the variable OTHER of the key is not set"));
  EXPECT_THAT(mistake(with("{env: SMALL_KEY}", "{file: /none}")), HasSubstr("/none is not there"));
  EXPECT_THAT(mistake(with("{env: SMALL_KEY}", "{env: A, file: /b}")), HasSubstr("either"));
}

TEST(Models, TheKeyOfOneIsNeededWhereOnlyThatOneIsAsked) {
  const KeySources none{.variable = [](const std::string&) { return std::optional<std::string>(); }, .file = {}, .only = "other"};
  const auto read = parse_models(kSmall, "models.yaml", none);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->models()[0].endpoint.key, "");
}

TEST(Models, SayInWhichLineTheirAbilitiesStand) {
  const auto lines = std::string_view(kSmall).substr(0, std::string_view(kSmall).find("can:"));
  EXPECT_EQ(parse(kSmall)->models()[0].can_line, std::ranges::count(lines, '\n') + 1);
}

TEST(Models, EachMistakeIsOneLineWithItsPlace) {
  EXPECT_EQ(mistake(with("tokenizer: o200k", "tokeniser: o200k")),
            "models.yaml:13:5: a model has no key \"tokeniser\"; did you mean \"tokenizer\"?");
  EXPECT_THAT(mistake(with("openai-chat", "openai")), HasSubstr("3:10: api must be one of: openai-chat"));
  EXPECT_THAT(mistake(with("128000", "128k")), HasSubstr("7:21: context_tokens must be a number"));
  EXPECT_THAT(mistake(with("16384", "200000")), HasSubstr("max_output_tokens is more than context_tokens"));
  EXPECT_THAT(mistake(with("    model: small-1\n", "")), HasSubstr("2:5: a model needs model"));
  EXPECT_THAT(mistake(with("stream]", "video]")), HasSubstr("must be one of: tools"));
  EXPECT_THAT(mistake(with("    image_tokens: 1600\n", "")), HasSubstr("images needs image_tokens"));
  EXPECT_THAT(mistake(with("    tokenizer: o200k\n", "    tokenizer: o200k\n    tokenizer: o200k\n")), HasSubstr("stands here twice"));
  EXPECT_THAT(mistake(std::string(kSmall) + std::string(kSmall.substr(8))), HasSubstr("there are two models \"small\""));
  EXPECT_THAT(mistake(""), HasSubstr("the file must hold models"));
  EXPECT_THAT(mistake("models: []"), HasSubstr("at least one"));
  EXPECT_THAT(mistake("models: [x]"), HasSubstr("must hold keys and values"));
  EXPECT_THAT(mistake("{"), HasSubstr("no YAML"));
}

TEST(Models, PricesAreDecimalDollarsAndNothingElse) {
  for (const std::string_view wrong : {"0,15", "$0.15", "1e-3", "-1", ".5", "0.0000000001", "15 ct", "", "99999999", "nan"})
    EXPECT_THAT(mistake(with("input: 0.15", fmt::format("input: \"{}\"", wrong))), HasSubstr("must be US dollars for a million tokens"))
        << wrong;
  EXPECT_EQ(parse(with("input: 0.15", "input: 0.000000001"))->models()[0].prices->input, 1);
  EXPECT_THAT(mistake(with("input: 0.15, ", "")), HasSubstr("needs input and output"));
  EXPECT_THAT(mistake(with("openai-chat", "anthropic")), HasSubstr("needs cache_write"));
}

TEST(Models, OnlyALocalOneMayLieOnThisMachineOrNetwork) {
  for (const std::string_view url :
       {"http://api.example.com/v1", "https://127.0.0.1/v1", "https://10.0.0.7/v1", "http://localhost:8000/v1", "https://[::1]/v1"}) {
    EXPECT_THAT(mistake(with("https://api.example.com/v1", url)), HasSubstr("local: true")) << url;
    EXPECT_TRUE(parse(with("https://api.example.com/v1", fmt::format("{}\n    local: true", url)))) << url;
  }
  for (const std::string_view url : {"ftp://example.com", "example.com", "https://a b", "https://user:pw@api.example.com/v1",
                                     "https://api.example.com/v1/", "https://api.example.com/v1?x=1"})
    EXPECT_THAT(mistake(with("https://api.example.com/v1", fmt::format("\"{}\"\n    local: true", url))), HasSubstr("models.yaml:4:"))
        << url;
}

TEST(Models, AnUnknownOneIsRefusedWithTheNearest) {
  const auto read = parse(kSmall);
  EXPECT_THAT(read->get("smal").error().message, HasSubstr("did you mean \"small\"?"));
  EXPECT_THAT(Catalogue().get("x").error().hint, HasSubstr("ARGOSY_MODELS"));
}

TEST(Models, AHugeFileIsRefused) {
  EXPECT_THAT(mistake(std::string(kMaxModelsBytes + 1, ' ')), HasSubstr("bytes, at most"));
  std::string many = "models:\n";
  for (int i = 0; i < 300; ++i) many += "  - {}\n";
  EXPECT_THAT(mistake(many), HasSubstr("more than 200 entries"));
}

}  // namespace
}  // namespace argosy::llm
