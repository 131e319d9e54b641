// What ARGOSY_MODEL says decides which models a process has.
#include "common/llm/layers/models.h"

#include <gmock/gmock.h>

#include "common/core/file.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;

constexpr std::string_view kModels = R"(models:
  - {name: small, api: ollama, base_url: "http://127.0.0.1:1", local: true, model: m, context_tokens: 10000, max_output_tokens: 4096,
     key: {env: ARGOSY_TEST_NO_SUCH_KEY}}
)";
constexpr std::string_view kBig =
    R"(  - {name: big, api: ollama, base_url: "http://127.0.0.1:1", local: true, model: b, context_tokens: 100000, max_output_tokens: 8000}
)";
constexpr std::string_view kReviews = R"(routes: [{when: {kind: review}, use: small}]
)";

class ModelsOf : public testing::Test {
 protected:
  std::string file(const std::string& name, std::string_view text) {
    const auto path = (folder_.path() / name).string();
    EXPECT_TRUE(write_file_atomic(path, text));
    return path;
  }
  Result<std::unique_ptr<Models>> open(const std::string& setting, const std::string& models = {}) {
    return Models::open(setting, models, {.client = client_, .gates = gates_, .clock = system_clock(), .random = [] { return 0.0; }});
  }
  static Request request() {
    Request made;
    made.messages = {{.role = Role::user, .parts = {Text{"hello"}}}};
    return made;
  }

  TempDir folder_;
  http::StreamClient client_;
  Gates gates_{system_clock(),
               [this](std::chrono::milliseconds wait, std::function<void()> what) { client_.after(wait, std::move(what)); }};
};

TEST_F(ModelsOf, AScriptNeedNoModelsFile) {
  const auto models = open("script:" + file("a.yaml", "rules: [{answer: hi}]"));
  ASSERT_TRUE(models) << models.error().message;
  EXPECT_EQ((*models)->model()->ask(request())->text, "hi");
  EXPECT_EQ((*models)->model()->ask(request(), {.model = "small"}).error().code, "model_unknown");
  EXPECT_EQ((*models)->catalogue().get("scripted").value()->prices, Prices{});
}

TEST_F(ModelsOf, AScriptStandForThoseOfTheFileWithoutTheirKeys) {
  const auto models = open("script:" + file("a.yaml", "rules: [{when: {model: small}, answer: hi}]"), file("models.yaml", kModels));
  ASSERT_TRUE(models) << models.error().message;
  EXPECT_EQ((*models)->model()->ask(request())->text, "hi");
}

TEST_F(ModelsOf, AScriptAreChosenAsTheirRoutesHaveIt) {
  const auto models =
      open("script:" + file("a.yaml", "rules: [{when: {model: small}, fault: model_overloaded}, {when: {model: big}, answer: hi}]"),
           file("models.yaml", std::string(kModels) + std::string(kBig) + std::string(kReviews)));
  ASSERT_TRUE(models) << models.error().message;
  EXPECT_EQ((*models)->model()->ask(request(), {.kind = "edit"})->text, "hi");
  EXPECT_EQ((*models)->model()->ask(request(), {.kind = "edit", .model = "big"})->text, "hi");
  EXPECT_EQ((*models)->model()->ask(request(), {.kind = "review"}).error().code, "model_overloaded") << "its rule names no other";
  EXPECT_EQ((*models)->model()->ask(request(), {.kind = "edits"}).error().code, "call_kind_unknown");
}

TEST_F(ModelsOf, AFileWhoseChecksCannotBeReadAreNone) {
  file("models.checked.json", "no JSON");
  const auto models = open("", file("models.yaml", "models:\n" + std::string(kBig)));
  ASSERT_FALSE(models);
  EXPECT_EQ(models.error().code, "checks_unreadable");
}

TEST_F(ModelsOf, AScriptAreTriedAgainAndShareItsCounts) {
  const auto models =
      open("script:" + file("a.yaml", "rules: [{times: 1, fault: model_overloaded}, {times: 1, answer: first}, {answer: then}]"));
  ASSERT_TRUE(models);
  EXPECT_EQ((*models)->model()->ask(request())->text, "first");
  EXPECT_EQ((*models)->model()->ask(request())->text, "then");
}

TEST_F(ModelsOf, AMistakeAreNone) {
  for (const auto* wrong : {"script:", "replay", "real", "/etc/passwd"}) {
    const auto models = open(wrong);
    ASSERT_FALSE(models) << wrong;
    EXPECT_EQ(models.error().code, "model_setting_invalid");
    EXPECT_THAT(models.error().hint, HasSubstr("script:FILE"));
  }
  EXPECT_EQ(open("script:/nowhere").error().code, "script_unreadable");
  EXPECT_EQ(open("replay:/nowhere").error().code, "tape_unusable");
  EXPECT_EQ(open("", file("models.yaml", kModels)).error().code, "models_invalid");  // it needs its key
}

}  // namespace
}  // namespace argosy::llm
