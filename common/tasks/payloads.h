// What the steps of a task say to each other: the JSON in NewStep::payload and in a step's output, typed on both sides so that the
// worker that writes and the worker that reads cannot drift apart. Values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"
#include "common/tasks/agent/agent_spec.h"
#include "common/tasks/agent/criteria.h"
#include "common/tasks/change.h"
#include "common/tasks/checkpoint.h"
#include "common/tasks/testing/fix_round.h"

namespace argosy::tasks {

// What every handler may know of its task; written at submit, changed only by what people do to the task (answers), returned by each claim.
struct TaskContext {
  std::string org_id, repository_id, url, default_branch, setup_command, test_command;
  std::string prompt;
  std::vector<Operation> change;
  std::vector<std::string> avoid_files;  // globs
  std::optional<std::int64_t> max_files_changed;
  std::vector<std::string> webhooks;
  std::string branch;               // fixed at creation: the same input gives the same commit
  std::int64_t commit_time_ms = 0;  // author and committer date, fixed at creation
  std::string user;
  std::string rerun_of{};                        // the task that this one repeats; empty: none
  std::optional<std::int64_t> max_fix_rounds{};  // nothing: as the repository says
  std::optional<AgentSpec> agent{};              // that the task names, as it stood at submit; nothing: the built-in ones
  std::vector<Answer> answers{};                 // of people, to questions of the task's steps; in the order in which they came
};
std::string to_json_text(const TaskContext& context);
Result<TaskContext> task_context_from(std::string_view json_text);

// payload of kind "change" (codegen): which of the task's operations this step does, by index.
struct ChangePayload {
  std::string base_commit;
  std::vector<std::int64_t> operations;
};
// payload of kinds "test" and "push"
struct TreePayload {
  std::string base_commit;
  std::string target_branch;
  std::int64_t round = 0;             // of a test: fix rounds before it
  std::vector<GateTimes> failed{};    // likewise: gates that did not hold in tests before it
  std::string title{};                // of a push: what the commit is called; empty: by the operations
  std::vector<Criterion> criteria{};  // of a test: of the plan, which it checks
  std::vector<std::string>
      write_set{};  // likewise: globs, what the plan's nodes may touch; whoever mends may touch no more. Empty: no plan
};
// payload of kind "notify"
struct NotifyPayload {
  std::int64_t target = 0;  // index into TaskContext::webhooks
  std::string delivery_id;  // constant over retries (Standard Webhooks: webhook-id)
};

struct PlanOutput {
  std::string base_commit, target_branch;
  std::optional<Plan> plan{};  // of a task that was given in words
};
struct ChangedFile {
  std::string path, status;  // added, modified, deleted, renamed
  std::int64_t added = 0, removed = 0;
};
struct ChangeOutput {
  std::string patch;  // sha256 of a binary git patch against base_commit plus the inputs' patches; empty: no change
  std::vector<ChangedFile> files;
  std::vector<AcceptedGate> accepted{};  // of a fix: what a person lets pass; then there is no patch
  // Of an agent: protected files that people let it change, a list a question. Who relies on it looks for the answers.
  std::vector<std::vector<std::string>> granted{};
};
struct TestCounts {
  std::int64_t passed = 0, failed = 0, skipped = 0, duration_ms = 0;
};
// What one gate said of a change.
struct GateOutcome {
  std::string gate;     // tests, criteria, coverage, lint, format, syntax, bench
  std::string outcome;  // passed, failed, warned (failed, but only a warning here), not_measured, off
  std::string text;     // one sentence for people
};
struct TestOutput {
  TestCounts tests;
  std::string framework, command, report, log;  // report and log are artifacts
  std::vector<std::string> failing, failed_before;
  std::vector<std::string> flaky{};      // failed, and passed when run again alone
  std::vector<GateOutcome> gates{};      // in the order in which they were asked
  std::string patch{};                   // sha256 of what the formatter changed on top of the change; empty: nothing
  std::string set_up{};                  // how the dependencies came: cached, installed, none needed, failed: ...; empty: not looked at
  std::vector<FailedGate> failed{};      // what stopped the change; a detour deals with it. Empty: it may be pushed
  std::vector<AcceptedGate> accepted{};  // what did not hold, and a person let pass
  std::vector<CheckedCriterion> criteria{};
};
struct PushOutput {
  std::string branch, commit, base_commit, diff_stat, note;
  std::string patch;  // artifact: the whole change against base_commit
  std::vector<ChangedFile> files;
};

std::string to_json_text(const ChangePayload&);
std::string to_json_text(const TreePayload&);
std::string to_json_text(const NotifyPayload&);
std::string to_json_text(const PlanOutput&);
std::string to_json_text(const ChangeOutput&);
std::string to_json_text(const TestOutput&);
std::string to_json_text(const PushOutput&);

Result<ChangePayload> change_payload_from(std::string_view json_text);
Result<TreePayload> tree_payload_from(std::string_view json_text);
Result<NotifyPayload> notify_payload_from(std::string_view json_text);
Result<PlanOutput> plan_output_from(std::string_view json_text);
// Of a change or a fix; of a test what it hands on in the same way, the formatter's patch.
Result<ChangeOutput> change_output_from(std::string_view json_text);
Result<TestOutput> test_output_from(std::string_view json_text);
Result<PushOutput> push_output_from(std::string_view json_text);

}  // namespace argosy::tasks
