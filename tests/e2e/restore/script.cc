#include "tests/e2e/restore/script.h"

#include <fmt/format.h>

namespace argosy::test {
namespace {

struct Job {
  const char *prompt, *objective, *path, *word, *wanted, *questions;
  int delay_ms;
};

constexpr auto kRules = R"(
  - when: {{kind: intent, role: planner, text: ["{prompt}"]}}
    answer: |
      {{"kind":"feature","complexity":"normal","title":"{objective}","avoid_files":[],"follow":[],"max_files_changed":0,
       "questions":[{questions}],"criteria":[{{"text":"it is there","check":"tests"}}]}}
  - when: {{kind: plan, role: planner, text: ["{prompt}"]}}
    answer: |
      {{"summary":"{objective}","cannot":"","nodes":[
       {{"id":"write","agent":"coder","objective":"{objective}","write_set":["{path}"],"depends_on":[],"done_when":["c1"]}}]}}
  - when: {{role: coder, turn: 1, text: ["{objective}"]}}
    delay_ms: {delay_ms}
    answer:
      tool_calls: [{{name: read_file, arguments: {{path: {path}}}}}]
  - when: {{role: coder, turn: 2, result: ["{path}"]}}
    answer:
      tool_calls: [{{name: edit_file, arguments: {{path: {path}, old_string: {word}, new_string: {wanted}}}}}]
  - when: {{role: coder, turn: 3, failed: false, result: ["{path}"]}}
    answer:
      tool_calls: [{{name: finish, arguments: {{summary: {objective}, criteria: [{{id: c1, how: it is there}}]}}}}]
)";

std::string rules_of(const Job& job) {
  using fmt::arg;
  return fmt::format(kRules, arg("prompt", job.prompt), arg("objective", job.objective), arg("path", job.path), arg("word", job.word),
                     arg("wanted", job.wanted), arg("questions", job.questions), arg("delay_ms", job.delay_ms));
}

}  // namespace

std::string restore_script(int delay_ms) {
  return "rules:\n" + rules_of({kAgentPrompt, "seven after one", "a.txt", "one", "one seven", "", delay_ms}) +
         rules_of(
             {kAskingPrompt, "a number after two", "b.txt", "two", "two eight", R"({"question":"Which number?","default":"eight"})", 0});
}

}  // namespace argosy::test
