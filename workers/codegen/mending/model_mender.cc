#include "workers/codegen/mending/model_mender.h"

#include <fmt/format.h>

#include <utility>

#include "common/code/edits/engine.h"
#include "common/code/edits/reports.h"
#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/llm/prompts/library.h"
#include "common/runtime/models/ask.h"
#include "workers/codegen/disk_source.h"
#include "workers/codegen/mending/material.h"
#include "workers/codegen/mending/whole_files.h"

namespace argosy::codegen {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMostAnswerTokens = 8'192;  // less than most models' bound: more asks for would pass them over
constexpr http::StreamTimeouts kTimeouts{.between_bytes = 60s, .total = 5min};  // two asks, three tries each, fit into a step's deadline
constexpr std::size_t kMostTaskText = 8'000, kMostSaid = 300, kMostOwnWords = 20'000;

constexpr std::string_view kWhatToDo =
    "Mend the change that stopped at its gates, so that they hold: all tests that passed before it pass again, and the other gates "
    "that are named are content. Mend the cause in what the change touched or left out; change as little as possible.\n\n"
    "You have no tools here. What you write as edits is done; all else in your answer is passed over. Write each edit as a block, "
    "below the path of its file:\n\n"
    "src/example.py\n"
    "<<<<<<< SEARCH\n"
    "lines as they stand in the file now\n"
    "=======\n"
    "lines that take their place\n"
    ">>>>>>> REPLACE\n\n"
    "The lines to search are copied exactly, whole lines, and enough of them to stand once in the file; nothing stands between them "
    "that leaves lines out. An empty SEARCH part makes a new file. Several blocks may follow each other. If it cannot be done, say "
    "why and write no block.";
constexpr std::string_view kAgain =
    "\n\nYou have answered once, and nothing of it was written because some of it could not be applied: your answer and the reasons stand "
    "above. Send all edits again, the corrected ones and those that were right.";

llm::Trusted what_to_do(const runtime::Step& step, bool again) {
  std::string text(kWhatToDo);
  if (!step.task.prompt.empty()) text += "\n\nWhat the change is for: " + text::ellipsize(step.task.prompt, kMostTaskText);
  if (again) text += kAgain;
  return llm::Trusted(std::move(text));
}

// They are checked on the outcome, whatever a model makes of these words.
llm::Trusted rules(const runtime::Step& step, const runtime::StepContext& context) {
  const auto now = context.told_constraints().value_or(tasks::constraints_of(step.task));
  std::string text;
  for (const auto& glob : now.avoid_files) text += fmt::format("- Leave all files alone that match {}\n", glob);
  if (now.max_files_changed)
    text += fmt::format("- The change and what mends it touch at most {} files together\n", *now.max_files_changed);
  return llm::Trusted(std::move(text));
}

// What the tree stands for: the commit alone does not, once steps have changed it.
Result<std::string> state(const runtime::Step& step, const tasks::FixPayload& failed) {
  std::string all = failed.base_commit;
  for (const auto& [ordinal, output] : step.inputs) {
    ARGOSY_TRY(const auto made, tasks::change_output_from(output));
    if (!made.patch.empty()) all += " " + made.patch;
  }
  return crypto::sha256_hex(all);
}

Result<llm::CallOptions> options_of(const runtime::Step& step, const tasks::FixPayload& failed, llm::PromptVersion prompt) {
  auto options = runtime::call_options(step);
  options.kind = "edit";
  options.role = "mender";
  ARGOSY_TRY(options.commit, state(step, failed));
  // What was mended once and did not hold is harder than it looked.
  options.complexity = failed.round > 1 ? llm::Complexity::high : llm::Complexity::normal;
  options.prompt = std::move(prompt);
  options.timeouts = kTimeouts;
  return options;
}

code::EditOutcome read(const llm::Answer& answer, const code::SourceTree& tree) {
  code::EditOutcome outcome;
  if (answer.stop == llm::StopReason::max_tokens)  // what was cut off may have been an edit without which the others are wrong
    outcome.failed.push_back({.path = {}, .reason = "answer_incomplete", .hint = "the answer was cut off at its greatest length"});
  else
    outcome = code::apply_edits(tree, code::read_edits(answer.text, code::EditFormat::automatic, tree));
  return outcome;
}

std::string first_reason(const code::EditOutcome& outcome, const llm::Answer& answer) {
  const auto& failure = outcome.failed.front();
  if (failure.reason == "no_edits") return "it said: " + text::ellipsize(text::to_utf8(answer.text), kMostSaid);
  return text::ellipsize(text::to_utf8(failure.path + (failure.path.empty() ? "" : ": ") + failure.hint), kMostSaid);
}

}  // namespace

Result<std::vector<tasks::Operation>> ModelMender::mend(const runtime::Step& step, const tasks::FixPayload& failed,
                                                        const vcs::WorkTree& tree, runtime::StepContext& context) {
  ARGOSY_TRY(const auto source, DiskSource::open(tree));
  ARGOSY_TRY(auto material, gather(step, failed, source, context));
  std::string why;
  for (int asks = 0; asks < kMostAsks; ++asks) {
    ARGOSY_TRY(auto prompt, prompt_.render({{"step", what_to_do(step, asks > 0)},
                                            {"rules", rules(step, context)},
                                            {"files", material.files},
                                            {"feedback", material.feedback}}));
    prompt.request.max_tokens = kMostAnswerTokens;
    ARGOSY_TRY(auto options, options_of(step, failed, std::move(prompt.version)));
    ARGOSY_TRY(const auto answer, runtime::ask(model_, std::move(prompt.request), std::move(options), context));
    const auto outcome = read(answer, source);
    if (outcome.ok()) {
      context.emit(tasks::agent_thought("mender",
                                        fmt::format("round {}: a model edits {}", failed.round, text::join(outcome.changed(), ", ")),
                                        context.clock().unix_ms()));
      return whole_files(outcome.staged, source);
    }
    why = first_reason(outcome, answer);
    context.log(fmt::format("its edits cannot be applied: {}\n", why));
    material.feedback.push_back({.source = "your answer before", .text = answer.text, .max_bytes = kMostOwnWords});
    material.feedback.push_back(
        {.source = "why it could not be applied", .text = code::explain(outcome.failed, 0), .max_bytes = kMostOwnWords});
  }
  return fail_code("mend_unusable", fmt::format("a model was asked {} times, and its edits cannot be applied: {}", kMostAsks, why),
                   "its answers are kept with the step: argosy calls");
}

}  // namespace argosy::codegen
