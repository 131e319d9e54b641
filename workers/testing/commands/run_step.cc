#include "workers/testing/commands/run_step.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/redact.h"
#include "common/core/text.h"
#include "workers/testing/examination.h"
#include "workers/testing/runs/programs.h"
#include "workers/testing/set_up/dependencies.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kSnippetBytes = 2'000;  // of the output in command_executed

}  // namespace

// In the order in which the tree came to be: what the steps before changed, then what the agent has changed so far.
Result<std::vector<std::string>> RunStep::patches() {
  std::vector<std::string> all;
  for (const auto& [ordinal, output] : step_.inputs) {
    ARGOSY_TRY(const auto change, tasks::change_output_from(output));
    if (change.patch.empty()) continue;
    ARGOSY_TRY(auto patch, context_.artifacts().get(step_.ref.task, change.patch));
    all.push_back(std::move(patch));
  }
  if (payload_.patch.empty()) return all;
  ARGOSY_TRY(auto own, context_.artifacts().get(step_.ref.task, payload_.patch));
  all.push_back(std::move(own));
  return all;
}

RunOptions RunStep::options(std::optional<std::chrono::milliseconds> limit) const {
  auto options = facilities_.run;
  options.sandbox = class_;
  options.limits = narrowed(options.limits, file_.limits);
  options.limits.wall = std::min<std::chrono::milliseconds>(limit.value_or(kRunTimeLimit), facilities_.hard_timeout);
  if (file_.limits.wall_s)
    options.limits.wall = std::min<std::chrono::milliseconds>(options.limits.wall, std::chrono::seconds(*file_.limits.wall_s));
  if (set_up_.folder) options.cache = set_up_.folder->path();
  options.log = [this](std::string_view piece) { context_.log(piece); };
  options.cancelled = [this] { return context_.cancelled(); };
  return options;
}

Stage RunStep::stage(std::optional<std::chrono::milliseconds> limit) const { return {folder_->path(), options(limit)}; }

Result<void> RunStep::prepare() {
  // Of the base commit: what an agent writes decides nothing about where it runs.
  ARGOSY_TRY(const auto said, repository_.read(payload_.base_commit, std::string(project::kRepoFileName)));
  ARGOSY_TRY(file_, project::parse_repo_file(said.value_or("")));
  ARGOSY_TRY(class_, class_for(file_, facilities_.run.sandbox));
  ARGOSY_TRY(patches_, patches());
  folder_.emplace("run", facilities_.scratch);
  const auto workspace = folder_->path() / "workspace";
  ARGOSY_TRY(tree_, make_tree(repository_, payload_.base_commit, patches_, workspace));
  ARGOSY_TRY(const auto changes, tree_.checkout->changes_from_commit());
  for (const auto& change : changes) changed_.push_back(change.path);
  const project::Tree tree{tree_.files, [&](const std::string& path) { return read_untrusted(workspace, path, kMaxPlanFileBytes); }};
  auto chosen =
      choose_component(tree, programs_of(facilities_.run.test_paths), file_, {step_.task.setup_command, step_.task.test_command}, changed_);
  if (!chosen) {
    no_tests_ = std::move(chosen.error());
    return {};
  }
  chosen_ = *std::move(chosen);
  return get_dependencies();
}

Result<void> RunStep::get_dependencies() {
  auto keys = patches_;
  // What ran before may have changed the tree: a cache that was filled from it is for nobody else.
  if (!installed_.empty()) keys.push_back(fmt::format("{} {}", step_.ref.task.to_string(), step_.ref.ordinal));
  const DependencyWish wish{.component = chosen_.component,
                            .file = file_,
                            .changed_files = changed_,
                            .patches = std::move(keys),
                            .tree = folder_->path() / "workspace",
                            .base_tree = [this]() -> Result<std::filesystem::path> {
                              if (!base_) {
                                base_.emplace("run-base", facilities_.scratch);
                                ARGOSY_TRY_VOID(make_tree(repository_, payload_.base_commit, {}, base_->path() / "workspace"));
                              }
                              return base_->path() / "workspace";
                            },
                            .options = options(facilities_.run.limits.wall),
                            .also = installed_};
  ARGOSY_TRY(set_up_, fetch_dependencies(wish, facilities_, step_, context_));
  return {};
}

void RunStep::told(const std::string& command, const tasks::RunResult& result) {
  const auto& words = result.output.empty() ? result.error : result.output;
  context_.emit(tasks::command_executed(redact(command), result.exit_code, text::ellipsize(words, kSnippetBytes)));
}

Result<tasks::RunResult> RunStep::run_one(const tasks::Run& one) {
  switch (one.kind) {
    case tasks::RunKind::tests:
      return tests(one);
    case tasks::RunKind::linter:
      return linter(one);
    case tasks::RunKind::install:
      return install(one);
    case tasks::RunKind::command:
      break;
  }
  return command(one);
}

Result<runtime::StepResult> RunStep::run() {
  ARGOSY_TRY(payload_, tasks::run_payload_from(step_.payload));
  if (payload_.runs.empty() || payload_.runs.size() > tasks::kMaxRuns)
    return fail_user("payload_invalid", fmt::format("a run step has 1 to {} runs, this has {}", tasks::kMaxRuns, payload_.runs.size()),
                     "report this: an agent's step is malformed");
  ARGOSY_TRY_VOID(prepare());
  tasks::RunOutput output;
  for (const auto& one : payload_.runs) {
    if (context_.cancelled()) return fail_transient("cancelled", "the step was cancelled");
    ARGOSY_TRY(auto result, run_one(one));
    result.call = one.call;
    output.results.push_back(std::move(result));
  }
  if (context_.cancelled()) return fail_transient("cancelled", "the step was cancelled");
  return runtime::StepResult{.output = tasks::to_json_text(output)};
}

}  // namespace argosy::testing
