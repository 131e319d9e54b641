// What a process's models do when one of them fails, over each API: the next one answers, and who watches sees one text.
#include <fmt/format.h>

#include "common/llm/layers/models.h"
#include "tests/integration/llm/fixture.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;

class Routes : public Calls {
 protected:
  // A process of its own with two of them, at one server under two names.
  std::unique_ptr<Models> open(const std::string& routes = {}) {
    own_gates_.emplace(system_clock(),
                       [this](std::chrono::milliseconds wait, std::function<void()> what) { client_.after(wait, std::move(what)); });
    std::string text = "models:\n";
    for (const auto* name : {"first", "second"})
      text += fmt::format(
          "  - {{name: {0}, api: {1}, base_url: \"{2}\", local: true, model: {0}-1, context_tokens: 100000,\n"
          "     max_output_tokens: 4096, can: [tools, stream]}}\n",
          name, to_string(GetParam()), endpoint().base_url);
    const auto file = (folder_.path() / "models.yaml").string();
    EXPECT_TRUE(write_file_atomic(file, text + routes));
    auto models = Models::open("", file, {.client = client_, .gates = *own_gates_, .clock = system_clock(), .random = [] { return 0.0; }});
    EXPECT_TRUE(models) << models.error().message;
    return std::move(*models);
  }
  // What the first does, every time; the second answers.
  static void first_does(const std::string& then) {
    server().rules(R"([{"when":{"model":"first-1"},"then":)" + then + R"(},{"then":{"text":"whole","pieces":2}}])");
  }
  CallResult ask(Models& models, CallOptions options = {}) {
    seen_.clear();
    options.on_delta = [this](Delta, std::string_view piece) { seen_ += piece; };
    options.on_restart = [this] { seen_.clear(); };
    const auto model = models.model();
    return call(*model, std::move(options));
  }

  TempDir folder_;
  std::optional<Gates> own_gates_;  // of that process
  std::string seen_;
};

TEST_P(Routes, GoOnWhateverTheFirstModelDoes) {
  constexpr http::StreamTimeouts kQuick{.between_bytes = 500ms};
  for (const auto* fault :
       {"server_error", "overloaded", "cut", "stall", "error_event", "no_end_mark", "garbage", "quota", "auth", "no_model"}) {
    first_does(fmt::format(R"({{"text":"half of what it had to say","pieces":8,"fault":"{}"}})", fault));
    const auto models = open();
    const CallResult result = ask(*models, {.timeouts = kQuick});
    ASSERT_EQ(code(result), "ok") << fault;
    EXPECT_EQ(result.model, "second") << fault;
    EXPECT_EQ(result.tries, 2) << fault;
    EXPECT_EQ(result.answer.text, "whole");
    EXPECT_EQ(seen_, "whole") << fault << ": one text is shown";
    ASSERT_TRUE(result.route);
    EXPECT_EQ(result.route->in_turn.size(), 2U);
  }
}

TEST_P(Routes, GoOnToALargerContextOnlyWhenItWasTooLong) {
  first_does(R"({"fault":"context_too_long"})");
  EXPECT_EQ(code(ask(*open())), "context_too_long") << "the second one holds no more";
  EXPECT_EQ(server().requests().as_array().size(), 1U);
}

TEST_P(Routes, DoNotFallBackFromTheModelThatACallNames) {
  first_does(R"({"fault":"quota"})");
  const CallResult result = ask(*open(), {.model = "first"});
  EXPECT_EQ(code(result), "model_quota_spent");
  EXPECT_EQ(result.model, "first");
  EXPECT_EQ(server().requests().as_array().size(), 1U);
}

TEST_P(Routes, LeaveAModelAloneOnceItsBreakerIsOpen) {
  first_does(R"({"fault":"server_error"})");
  const auto models = open();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code(ask(*models)), "ok");
  const CallResult result = ask(*models);
  EXPECT_EQ(result.tries, 1);
  ASSERT_EQ(result.route->passed_over.size(), 1U);
  EXPECT_THAT(result.route->passed_over[0].why, HasSubstr("failed too often just now"));
  EXPECT_EQ(server().requests().as_array().size(), 5U + 6U);
}

TEST_P(Routes, HedgeACallWhoseAnswerDoesNotBegin) {
  first_does(R"({"fault":"silence"})");
  const auto models = open("routes: [{hedge_after_ms: 50, prefer: listed}]\n");
  const CallResult result = ask(*models);
  ASSERT_EQ(code(result), "ok");
  EXPECT_EQ(result.model, "second");
  EXPECT_EQ(result.tries, 2);
  EXPECT_EQ(server().left_early(), 1) << "who lost is left at once";
}

INSTANTIATE_TEST_SUITE_P(Every, Routes, testing::Values(Api::openai_chat, Api::openai_responses, Api::anthropic, Api::ollama), api_name);

}  // namespace
}  // namespace argosy::llm
