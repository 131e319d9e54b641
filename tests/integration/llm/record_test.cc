// A run that was recorded against a vendor's server is played again without it, byte for byte.
#include <future>

#include "common/llm/conversation_json.h"
#include "common/llm/layers/models.h"
#include "common/llm/repair.h"
#include "tests/integration/llm/fixture.h"

namespace argosy::llm {
namespace {

class Recorded : public Calls {
 protected:
  std::unique_ptr<Models> open(const std::string& setting) {
    const auto models_file = (folder_.path() / "models.yaml").string();
    EXPECT_TRUE(write_file_atomic(
        models_file, R"(models: [{name: small, api: )" + std::string(to_string(GetParam())) + R"(, base_url: ")" + endpoint().base_url +
                         R"(", local: true, model: m, context_tokens: 10000, max_output_tokens: 4096, can: [tools, stream]}])"));
    auto models = Models::open(setting + (folder_.path() / "tape").string(), models_file,
                               {.client = client_, .gates = gates_, .clock = system_clock(), .random = [] { return 0.0; }});
    EXPECT_TRUE(models) << models.error().message;
    return std::move(*models);
  }
  // Two calls, of which the first one's answer is in the second; as JSON.
  std::string run(Models& models) {
    const auto model = models.model();
    Request asked = request();
    const CallResult first = call(*model);
    asked.messages.push_back(to_message(first.answer, asked.messages));
    for (const auto& made : first.answer.tool_calls)
      asked.messages.push_back({.role = Role::user, .parts = {ToolResult{made.id, "what is in it", false}}});
    const auto second = model->ask(asked);
    EXPECT_TRUE(second) << second.error().message;
    return json::dump(to_json(first.answer)) + "\n" + json::dump(to_json(second.value_or(Answer{})));
  }

  TempDir folder_;
};

TEST_P(Recorded, RunsArePlayedAgainWithoutTheServer) {
  server().rules(R"([{"times":1,"then":{"fault":"overloaded"}},
    {"times":1,"then":{"text":"Grüße","thinking":"hm","tool_calls":[{"name":"read","arguments":{"path":"a/b.txt"}}],"pieces":3}},
    {"then":{"text":"It says so.","usage":{"input":100,"output":20,"cached":40}}}])");
  const std::string live = run(*open("record:"));
  server().rules("[]");
  server().reset();
  const auto replayed = open("replay:");
  EXPECT_EQ(run(*replayed), live);
  EXPECT_TRUE(server().requests().as_array().empty());
  Request other = request();
  other.max_tokens = 7;
  EXPECT_EQ(replayed->model()->ask(other).error().code, "tape_has_no_answer");
}

INSTANTIATE_TEST_SUITE_P(Every, Recorded, testing::Values(Api::openai_chat, Api::openai_responses, Api::anthropic, Api::ollama), api_name);

}  // namespace
}  // namespace argosy::llm
