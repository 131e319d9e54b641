// A story as rules of a scripted model.
#include <fmt/format.h>

#include "tests/e2e/agents/story.h"

namespace argosy::test {
namespace {

json::Array list(const std::string& word) { return json::Array{json::Value(word)}; }

json::Value rule(json::Object when, json::Value answer) { return json::Object{{"when", std::move(when)}, {"answer", std::move(answer)}}; }

json::Object call(const std::string& name, json::Object arguments) { return {{"name", name}, {"arguments", std::move(arguments)}}; }

json::Value calling(json::Array calls) { return json::Object{{"tool_calls", std::move(calls)}}; }

json::Value understood(const Story& story) {
  json::Array criteria;
  for (const auto* work : {&story.wrong, &story.right})
    criteria.emplace_back(json::Object{{"text", work->criterion}, {"check", work->check}});
  return json::Value(json::dump(json::Object{{"kind", "feature"},
                                             {"complexity", "normal"},
                                             {"title", story.title},
                                             {"questions", json::Array()},
                                             {"avoid_files", json::Array()},
                                             {"follow", json::Array()},
                                             {"max_files_changed", 0},
                                             {"criteria", std::move(criteria)}}));
}

json::Object node(const Work& work, const std::string& criterion) {
  return {{"id", work.id},
          {"agent", "coder"},
          {"objective", work.objective},
          {"write_set", json::Array{json::Value(work.path), json::Value(work.test_path)}},
          {"depends_on", json::Array()},
          {"done_when", list(criterion)},
          {"budget_share", 0.5}};
}

json::Value planned(const Story& story) {
  return json::Value(json::dump(
      json::Object{{"summary", story.title}, {"nodes", json::Array{node(story.wrong, "c1"), node(story.right, "c2")}}, {"cannot", ""}}));
}

void add_agent(json::Array& rules, const Work& work, const std::string& criterion, int delay_ms) {
  int turn = 1;
  rules.push_back(rule({{"role", "coder"}, {"turn", turn++}, {"text", list(work.objective)}},
                       calling({call("read_file", {{"path", work.path}, {"line_start", work.line_start}, {"line_end", work.line_end}})})));
  const auto& written = work.mistake.empty() ? work.after : work.mistake;
  rules.push_back(rule({{"role", "coder"}, {"turn", turn++}, {"result", list(work.seen)}},
                       calling({call("edit_file", {{"path", work.path}, {"old_string", work.before}, {"new_string", written}}),
                                call("create_file", {{"path", work.test_path}, {"content", work.test}})})));
  json::Array met{json::Object{{"id", criterion}, {"how", "it is there, and " + work.test_path + " shows it"}}};
  const auto finish = calling({call("finish", {{"summary", work.objective}, {"criteria", std::move(met)}})});
  const auto run = calling({call("run_command", {{"command", work.command}})});
  auto third =
      rule({{"role", "coder"}, {"turn", turn++}, {"failed", false}, {"result", list(work.test_path)}}, work.command.empty() ? finish : run);
  if (delay_ms > 0) third.as_object()["delay_ms"] = delay_ms;
  rules.push_back(std::move(third));
  if (!work.command.empty())
    rules.push_back(rule({{"role", "coder"}, {"turn", turn}, {"failed", false}, {"result", list(work.printed)}}, finish));
}

}  // namespace

std::string script_of(const std::vector<Story>& stories, int delay_ms) {
  json::Array rules;
  for (const auto& story : stories) {
    rules.push_back(rule({{"role", "planner"}, {"kind", "intent"}, {"text", list(story.prompt)}}, understood(story)));
    rules.push_back(rule({{"role", "planner"}, {"kind", "plan"}, {"text", list(story.prompt)}}, planned(story)));
    add_agent(rules, story.wrong, "c1", 0);
    add_agent(rules, story.right, "c2", delay_ms);
    rules.push_back(rule({{"role", "mender"}, {"turn", 1}, {"text", list(story.prompt)}},
                         json::Value(fmt::format("{}\n<<<<<<< SEARCH\n{}=======\n{}>>>>>>> REPLACE\n", story.wrong.path,
                                                 story.wrong.mistake, story.wrong.after))));
  }
  rules.push_back(rule({{"role", "mender"}, {"turn", 2}}, calling({call("finish", {{"summary", "the mistake is mended"}})})));
  return json::dump_pretty(json::Object{{"rules", std::move(rules)}});
}

}  // namespace argosy::test
