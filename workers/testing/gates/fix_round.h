// What follows when gates stopped a change whose task has fix rounds: the step's output says which, and a detour mends and tests again
// before anything is pushed. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/runtime/handler.h"
#include "workers/testing/gates/gate.h"

namespace argosy::testing {

// A step's inputs, read: the change under test.
struct Change {
  tasks::TreePayload tree;
  std::vector<std::string> patches;    // in apply order: of changes, of fixes, and what formatters made of them
  std::vector<std::string> files;      // that they touch, each once
  std::vector<Acceptance> accepted{};  // what people let pass
};
// Errors: payload_invalid (B), and those of the artifacts.
Result<Change> read_change(const runtime::Step& step, runtime::StepContext& context);

// The rounds that a test step may ask for: as the task says, else the repository, else tasks::kFixRounds.
std::int64_t fix_rounds(const runtime::Step& step, const project::RepoFile& file);

// `red`: the output so far; `verdicts` has at least one gate that stops the change.
runtime::StepResult fix_round(const runtime::Step& step, const tasks::TreePayload& tree, std::int64_t max_rounds, tasks::TestOutput red,
                              const Verdicts& verdicts);

}  // namespace argosy::testing
