// A run whose model was a server is recorded, and run again from the recording, without that server: the branch is the same.
#include "tests/e2e/agents/agents.h"
#include "tests/support/models/model_server.h"

namespace argosy::test {
namespace {

json::Value rule(const std::string& contains, json::Object then) {
  return json::Object{{"when", json::Object{{"contains", contains}}}, {"then", std::move(then)}};
}

json::Value call(const std::string& id, const std::string& name, const json::Value& arguments) {
  return json::Object{{"id", id}, {"name", name}, {"arguments", arguments}};
}

// The calls of an answer, under names of their own.
json::Array numbered(const std::string& prefix, const json::Value& answer) {
  json::Array calls;
  for (const auto& made : answer.array_or_empty("tool_calls"))
    calls.push_back(call(prefix + std::to_string(calls.size()), made.string_or("name", ""), *made.find("arguments")));
  return calls;
}

// The answers of the script as the server's: by what a request holds, the latest of a conversation first.
std::string server_rules(const Story& story) {
  const auto scripted = json::parse(script_of({story})).value();
  json::Array rules, planning;
  std::map<std::string, json::Array> agents;
  std::string agent;
  for (const auto& one : scripted.array_or_empty("rules")) {
    const auto& when = *one.find("when");
    const auto& answer = *one.find("answer");
    const auto role = when.string_or("role", "");
    if (role == "planner")
      planning.push_back(rule(when.string_or("kind", "") == "plan" ? "You plan changes to a git" : "You read requests to a service",
                              {{"text", answer.as_string()}}));
    if (role == "mender") {
      const bool first = when.int_or("turn", 0) == 1;
      auto mends = rule("Mend the change that",
                        first ? json::Object{{"text", answer.as_string()}} : json::Object{{"tool_calls", numbered("mend", answer)}});
      if (first) mends.as_object()["times"] = 1;
      rules.push_back(std::move(mends));
    }
    if (role != "coder") continue;
    const auto turn = when.int_or("turn", 0);
    if (turn == 1) agent = when.array_or_empty("text").front().as_string();
    const auto id = [&](std::int64_t n) { return "call-" + std::to_string(agent.size()) + "-" + std::to_string(n) + "-"; };
    auto& all = agents[agent];
    all.insert(all.begin(), rule(turn == 1 ? agent : id(turn - 1), {{"tool_calls", numbered(id(turn), answer)}}));
  }
  for (auto& [name, all] : agents) rules.insert(rules.end(), all.begin(), all.end());
  rules.insert(rules.end(), planning.begin(), planning.end());
  return json::dump(rules);
}

TEST_F(Agents, GiveTheSameBranchFromARecording) {
  const auto story = python_story();
  const TempDir folder("recording");
  const auto models = folder.path() / "models.yaml", tape = folder.path() / "tape";
  {
    const ModelServer server;
    server.rules(server_rules(story));
    ASSERT_TRUE(write_file_atomic(models, "models:\n  - {name: there, api: openai-chat, base_url: \"" + server.url() +
                                              "\", local: true, model: m, context_tokens: 128000, max_output_tokens: 16384, "
                                              "can: [tools, schema, stream], usd_per_million_tokens: {input: 0, output: 0}}\n"));
    use_model("record:" + tape.string(), {{"ARGOSY_MODELS", models.string()}});
    have(story, "e2e/recorded");
    expect_done(fleet().wait_terminal(submit(story, "e2e/recorded"), kTaskTime), story);
  }
  use_model("replay:" + tape.string(), {{"ARGOSY_MODELS", models.string()}});
  const auto again = fleet().submit(json::Object{{"repository_id", "e2e/recorded"}, {"prompt", story.prompt}}, "again");
  // Without its server the model can only say what it said, or the task waits for a person.
  json::Value task;
  const auto over = [&] {
    task = got("/api/v1/tasks/" + again);
    return task.string_or("status", "") == "succeeded" || !task.array_or_empty("checkpoints").empty();
  };
  ASSERT_TRUE(testing::eventually(over, kTaskTime));
  expect_done(task, story);
}

}  // namespace
}  // namespace argosy::test
