#include "workers/testing/gates/fix_round.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::testing {

Result<Change> read_change(const runtime::Step& step, runtime::StepContext& context) {
  Change change;
  ARGOSY_TRY(change.tree, tasks::tree_payload_from(step.payload));
  for (const auto& [ordinal, output] : step.inputs) {
    ARGOSY_TRY(const auto made, tasks::change_output_from(output));
    for (const auto& file : made.files)
      if (std::ranges::find(change.files, file.path) == change.files.end()) change.files.push_back(file.path);
    for (const auto& gate : made.accepted) change.accepted.push_back({.gate = gate});
    if (made.patch.empty()) continue;
    ARGOSY_TRY(auto patch, context.artifacts().get(step.ref.task, made.patch));
    change.patches.push_back(std::move(patch));
    for (auto& one : change.accepted) one.of_this_tree = false;
  }
  return change;
}

std::int64_t fix_rounds(const runtime::Step& step, const project::RepoFile& file) {
  return step.task.max_fix_rounds.value_or(file.max_fix_rounds.value_or(tasks::kFixRounds));
}

runtime::StepResult fix_round(const runtime::Step& step, const tasks::TreePayload& tree, std::int64_t max_rounds, tasks::TestOutput red,
                              const Verdicts& verdicts) {
  red.gates = verdicts.outcomes();
  red.accepted = verdicts.accepted();
  red.failed = verdicts.failed();
  for (const auto& gate : red.failed) red.failing.insert(red.failing.end(), gate.failing.begin(), gate.failing.end());
  auto next = tree;
  next.failed = tasks::counted(tree.failed, red.failed);
  next.round = tree.round + 1;

  // The fix knows all that the test knew, and what it found; the next test knows the fix, too.
  std::vector<std::int16_t> known;
  for (const auto& [ordinal, output] : step.inputs) known.push_back(ordinal);
  known.push_back(step.ref.ordinal);
  tasks::NewStep fix{.ordinal = -1,
                     .queue = tasks::Queue::codegen,
                     .kind = "fix",
                     .title = fmt::format("mend what stopped the change, round {}", next.round),
                     .payload = {},
                     .depends_on = known,
                     .inputs = known};
  fix.payload = tasks::to_json_text(tasks::FixPayload{.base_commit = tree.base_commit,
                                                      .round = next.round,
                                                      .max_rounds = max_rounds,
                                                      .test_step = step.ref.ordinal,
                                                      .gates = red.failed,
                                                      .report = red.report,
                                                      .write_set = tree.write_set});
  known.push_back(fix.ordinal);
  tasks::NewStep test{.ordinal = -2,
                      .queue = tasks::Queue::testing,
                      .kind = step.kind,
                      .title = fmt::format("run the repository's tests, after round {}", next.round),
                      .payload = tasks::to_json_text(next),
                      .depends_on = {fix.ordinal},
                      .inputs = known};
  runtime::StepResult result{.output = tasks::to_json_text(red)};
  result.detour = {std::move(fix), std::move(test)};
  return result;
}

}  // namespace argosy::testing
