// The message of the one commit that a task makes. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/ids.h"
#include "common/tasks/change.h"
#include "common/tasks/testing/fix_round.h"

namespace argosy::git {

struct MessageParts {
  TaskId task;
  std::string base_commit;
  std::vector<std::string> patches;             // sha256 of the artifacts, in the order in which they were applied
  std::vector<tasks::AcceptedGate> accepted{};  // gates that did not hold, and a person let pass
  std::string title{};                          // instead of one from the operations: "fix: the cart's total"
  std::string body{};                           // behind it; one paragraph
};

// "refactor: rename_symbol read_text -> read_string", the list of operations, and the trailers Argosy-Task, Argosy-Base and, one for each,
// Argosy-Patch and Argosy-Accepted ("tests, by ann"). Nothing of an operation can pass for a trailer.
std::string commit_message(const std::vector<tasks::Operation>& operations, const MessageParts& parts);

// Of what an agent did not finish: "wip: " and what was asked.
std::string unfinished_title(std::string_view prompt);

// "Argosy-Task: <id>", by which a task's own branch is recognised.
std::string task_trailer(const TaskId& task);

}  // namespace argosy::git
