#include "workers/codegen/fix.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "common/core/json.h"
#include "common/core/text.h"
#include "workers/codegen/change_maker.h"

namespace argosy::codegen {
namespace {

// Of failing tests and of gates' texts, in a question; the step's output and the report have all.
constexpr std::size_t kMaxNamed = 10, kMaxGateText = 600;

// The question of this round, the so-manieth time.
std::string question_name(const tasks::FixPayload& failed, std::size_t time) {
  return time == 1 ? fmt::format("fix-{}", failed.round) : fmt::format("fix-{}-{}", failed.round, time);
}

std::string what_failed(const tasks::FixPayload& failed) {
  std::string text;
  for (const auto& gate : failed.gates) {
    text += fmt::format("- {}: {}\n", gate.gate, text::ellipsize(gate.text, kMaxGateText));
    for (std::size_t i = 0; i < std::min(gate.failing.size(), kMaxNamed); ++i) text += fmt::format("    {}\n", gate.failing[i]);
    if (gate.failing.size() > kMaxNamed) text += fmt::format("    and {} more\n", gate.failing.size() - kMaxNamed);
  }
  return text;
}

// The error that would end the task.
Error error_of(const tasks::FailedGate& gate) {
  return {.category = Category::code_logic, .code = gate.code, .message = gate.text, .hint = gate.hint, .details = gate.details};
}

runtime::StepResult ask(const tasks::FixPayload& failed, std::size_t time, const std::optional<Error>& useless) {
  auto text = useless ? fmt::format("That did not help: {}\n", useless->message) : std::string();
  text += fmt::format("The change was stopped by its gates (round {}):\n{}", failed.round, what_failed(failed));
  text += fmt::format(
      "The log of step {} tells more. Answer \"correct\" with a JSON list of operations, as in a task's \"change\": they are done on "
      "top of what is there. \"approve\" lets exactly this pass; \"reject\" ends the task.",
      failed.test_step);
  runtime::StepResult result;
  result.question = tasks::Question{.name = question_name(failed, time),
                                    .type = "correction",
                                    .description = std::move(text),
                                    .because = useless ? *useless : error_of(failed.gates.front())};
  return result;
}

Result<std::vector<tasks::Operation>> read_operations(const std::string& text) {
  const auto hint = "answer with a list such as [{\"op\":\"edit_file\",\"path\":\"a.py\",\"old_string\":\"x\",\"new_string\":\"y\"}]";
  auto value = json::parse(text);
  if (!value) return fail_user("change_invalid", fmt::format("the answer is not JSON: {}", value.error().message), hint);
  if (!value->is_array()) return fail_user("change_invalid", "the answer is not a list of operations", hint);
  auto operations = tasks::parse_change(*value);
  if (operations) return std::move(*operations);
  auto error = std::move(operations.error().error);
  error.message = fmt::format("the answer, {}: {}", operations.error().pointer.empty() ? "/" : operations.error().pointer, error.message);
  return std::unexpected(std::move(error));
}

Result<runtime::StepResult> correct(const vcs::VcsOptions& options, const std::string& text, const tasks::FixPayload& failed,
                                    const runtime::Step& step, runtime::StepContext& context) {
  ARGOSY_TRY(const auto operations, read_operations(text));
  ARGOSY_TRY(auto maker, ChangeMaker::open(options, failed.base_commit, step, context));
  for (std::size_t i = 0; i < operations.size(); ++i) ARGOSY_TRY_VOID(maker.apply(operations[i], i));
  ARGOSY_TRY(const auto output, maker.hand_on(step.title, Author::person));
  return runtime::StepResult{.output = tasks::to_json_text(output)};
}

Result<runtime::StepResult> accept(const std::string& by, const tasks::FixPayload& failed, runtime::StepContext& context) {
  tasks::ChangeOutput output;
  std::vector<std::string> names;
  for (const auto& gate : failed.gates) {
    output.accepted.push_back({.gate = gate.gate, .text = gate.text, .by = by, .failing = gate.failing, .code = gate.code});
    names.push_back(gate.gate);
  }
  const auto thought = fmt::format("{} lets pass what stopped the change: {}", by, text::join(names, ", "));
  context.emit(tasks::agent_thought("codegen", thought, context.clock().unix_ms()));
  context.log(thought + "\n");
  return runtime::StepResult{.output = tasks::to_json_text(output)};
}

Error rejected(const std::string& by, const tasks::FixPayload& failed) {
  auto error = error_of(failed.gates.front());
  error.hint =
      fmt::format("{} rejected it in round {}; a rollback to step {} asks again. {}", by, failed.round, failed.test_step, error.hint);
  return error;
}

const tasks::Answer* answer_to(const runtime::Step& step, const std::string& name) {
  const auto found = std::ranges::find(step.answers, name, &tasks::Answer::name);
  return found == step.answers.end() ? nullptr : &*found;
}

}  // namespace

bool agent_may_mend(const runtime::Step& step) {
  const auto failed = tasks::fix_payload_from(step.payload);
  return failed && failed->round <= failed->max_rounds && answer_to(step, question_name(*failed, 1)) == nullptr &&
         std::ranges::all_of(failed->gates, [](const tasks::FailedGate& gate) { return gate.times < tasks::kTriesOfAGate; });
}

runtime::StepResult ask_person(const tasks::FixPayload& failed, const Error& because) { return ask(failed, 1, because); }

Result<runtime::StepResult> run_fix(const vcs::VcsOptions& options, const runtime::Step& step, runtime::StepContext& context) {
  ARGOSY_TRY(const auto failed, tasks::fix_payload_from(step.payload));
  const tasks::Answer* answer = nullptr;
  std::size_t time = 1;
  while (const auto* given = answer_to(step, question_name(failed, time))) {
    answer = given;
    ++time;
  }
  if (answer == nullptr) return ask(failed, time, std::nullopt);
  const auto by = answer->by.empty() ? std::string("a person") : answer->by;
  if (answer->verdict == tasks::Verdict::reject) return std::unexpected(rejected(by, failed));
  if (answer->verdict == tasks::Verdict::approve) return accept(by, failed, context);

  auto done = correct(options, answer->text, failed, step, context);
  const bool useless = !done && (done.error().category == Category::needs_user || done.error().category == Category::code_logic);
  if (!useless) return done;
  context.log(fmt::format("{}\n", done.error().message));
  return ask(failed, time, done.error());
}

}  // namespace argosy::codegen
