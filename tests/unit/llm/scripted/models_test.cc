// What ARGOSY_MODEL says decides which models a process has.
#include "common/llm/scripted/models.h"

#include <gmock/gmock.h>

#include "common/core/file.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;

constexpr std::string_view kModels = R"(models:
  - {name: small, api: ollama, base_url: "http://127.0.0.1:1", local: true, model: m, context_tokens: 1000, max_output_tokens: 100,
     key: {env: ARGOSY_TEST_NO_SUCH_KEY}}
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
  const auto model = (*models)->make_model("scripted");
  ASSERT_TRUE(model);
  EXPECT_EQ((*model)->ask(request())->text, "hi");
  EXPECT_EQ((*models)->make_model("small").error().code, "model_unknown");
  EXPECT_EQ((*models)->catalogue().get("scripted").value()->prices, Prices{});
}

TEST_F(ModelsOf, AScriptStandForThoseOfTheFileWithoutTheirKeys) {
  const auto models = open("script:" + file("a.yaml", "rules: [{when: {model: small}, answer: hi}]"), file("models.yaml", kModels));
  ASSERT_TRUE(models) << models.error().message;
  EXPECT_EQ((*models)->make_model("small").value()->ask(request())->text, "hi");
}

TEST_F(ModelsOf, AScriptAreTriedAgainAndShareItsCounts) {
  const auto models =
      open("script:" + file("a.yaml", "rules: [{times: 1, fault: model_overloaded}, {times: 1, answer: first}, {answer: then}]"));
  ASSERT_TRUE(models);
  EXPECT_EQ((*models)->make_model("scripted").value()->ask(request())->text, "first");
  EXPECT_EQ((*models)->make_model("scripted").value()->ask(request())->text, "then");
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
