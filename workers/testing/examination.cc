#include "workers/testing/examination.h"

#include <fmt/format.h>

#include "common/core/clock.h"
#include "common/core/crypto.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/project/select.h"
#include "workers/testing/gates/verdict.h"
#include "workers/testing/runs/programs.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAgent = "testing";
constexpr std::size_t kMaxPlanFileBytes = 1u << 20;  // of a file that the choice of the framework looks into
constexpr std::size_t kSnippetBytes = 2'000;         // of the output in command_executed
constexpr std::size_t kMaxRunAgain = 20;             // tests that failed; more of them are no accident
constexpr int kRunsAlone = 2;                        // of each

project::Tree tree_of(const std::vector<std::string>& files, const fs::path& root) {
  return {files, [root](const std::string& path) { return read_untrusted(root, path, kMaxPlanFileBytes); }};
}

std::string in_numbers(const TestRun& run) {
  const auto counts = run.report.counts();
  return fmt::format("{} passed, {} failed, {} skipped in {:.1f} s", counts.passed, counts.failed + counts.errors, counts.skipped,
                     static_cast<double>(run.duration_ms) / 1000);
}

bool failed(const reports::Case& one) { return one.outcome == reports::Outcome::failed || one.outcome == reports::Outcome::errored; }

}  // namespace

void Examination::tell(std::string_view thought) {
  context_.emit(tasks::agent_thought(kAgent, thought, context_.clock().unix_ms()));
  context_.log(fmt::format("{}\n", thought));
}

RunOptions Examination::run_options() const {
  auto options = facilities_.run;
  if (set_up_.folder) options.cache = set_up_.folder->path();
  if (file_.test.timeout_s)
    options.limits.wall = std::min<std::chrono::milliseconds>(std::chrono::seconds(*file_.test.timeout_s), facilities_.hard_timeout);
  options.log = [this](std::string_view piece) { context_.log(piece); };
  options.cancelled = [this] { return context_.cancelled(); };
  return options;
}

Result<void> Examination::make(Side& side, const std::vector<std::string>& patches, const char* name) {
  side.folder.emplace(name, facilities_.scratch);
  ARGOSY_TRY(side.tree, make_tree(repository_, base_commit_, patches, side.folder->path() / "workspace"));
  return {};
}

Result<void> Examination::prepare() {
  // Of the base commit: a patch must not relax its own gates.
  ARGOSY_TRY(const auto said, repository_.read(base_commit_, std::string(project::kRepoFileName)));
  ARGOSY_TRY(file_, project::parse_repo_file(said.value_or("")));
  ARGOSY_TRY_VOID(make(changed_, patches_, "test"));
  const auto workspace = changed_.folder->path() / "workspace";
  ARGOSY_TRY(chosen_, choose_component(tree_of(changed_.tree.files, workspace), programs_of(facilities_.run.test_paths), file_,
                                       step_.task.test_command, changed_files_));
  ARGOSY_TRY_VOID(get_dependencies());
  changed_.stage.emplace(changed_.folder->path(), run_options());
  ARGOSY_TRY(const auto diff, changed_.tree.checkout->diff());
  lines_ = tasks::diff_lines(diff);
  return {};
}

Result<void> Examination::get_dependencies() {
  const auto& component = chosen_.component;
  if (facilities_.dependencies == nullptr || component.set_up.commands.empty()) {
    set_up_.text = component.set_up.commands.empty() ? "none needed" : "switched off";
    return {};
  }
  // A change of what decides about dependencies gets a cache of its own, so that no change fills one that others use.
  std::string digest;
  for (const auto& file : changed_files_)
    if (std::ranges::find(component.set_up.key_files, file) != component.set_up.key_files.end())
      digest = crypto::sha256_hex(text::join(patches_, "\n"));
  if (digest.empty()) ARGOSY_TRY_VOID(base());
  const auto& from = digest.empty() ? *base_ : changed_;
  const auto tree = from.folder->path() / "workspace";
  tell(fmt::format("Fetching the dependencies: {}", text::join(component.set_up.commands, "; ")));
  ARGOSY_TRY(set_up_, set_up({.component = component,
                              .tree = tree,
                              .scratch = facilities_.scratch,
                              .repository = step_.task.url,
                              .patch_digest = digest,
                              .read = [&](const std::string& path) { return read_untrusted(tree, path, kMaxPlanFileBytes); },
                              .options = run_options(),
                              .audit =
                                  [this](const egress::AuditEvent& event) {
                                    context_.log(fmt::format("egress {}\n", json::dump(egress::to_json(event))));
                                  }},
                             *facilities_.network, *facilities_.dependencies));
  tell(fmt::format("Dependencies: {}", set_up_.text));
  if (base_) base_->stage.emplace(base_->folder->path(), run_options());
  return {};
}

Result<Examination::Side*> Examination::base() {
  if (!base_) {
    base_.emplace();
    ARGOSY_TRY_VOID(make(*base_, {}, "test-base"));
    base_->stage.emplace(base_->folder->path(), run_options());
  }
  return &*base_;
}

// Its words join the patch, so they come first: what is tested is what is pushed.
Result<void> Examination::format() {
  if (chosen_.component.format.empty()) return {};
  ARGOSY_TRY(format_text_, run_format(chosen_.component, *changed_.stage, changed_files_));
  auto& checkout = *changed_.tree.checkout;
  ARGOSY_TRY_VOID(checkout.set_base());
  bool rewritten = false;
  for (const auto& path : changed_files_) {
    std::error_code error;
    const auto ours = checkout.path() / path;
    if (!fs::is_regular_file(fs::symlink_status(ours, error))) continue;
    const auto before = read_untrusted(checkout.path(), path, kMaxPlanFileBytes),
               after = changed_.stage->report(path, kMaxPlanFileBytes, true);
    if (before == after || after.empty() || after.size() == kMaxPlanFileBytes) continue;
    ARGOSY_TRY_VOID(write_file_atomic(ours, after));
    rewritten = true;
  }
  if (!rewritten) return {};
  ARGOSY_TRY(const auto patch, checkout.diff());
  ARGOSY_TRY(format_patch_, context_.artifacts().put({step_.ref, step_.attempt, artifacts::Kind::patch, "format.patch"}, patch));
  tell(fmt::format("The formatter changed {} of the changed files; that joins the change", tasks::diff_lines(patch).size()));
  ARGOSY_TRY(const auto whole, repository_.checkout(base_commit_, vcs::Files::index_only));
  for (const auto& one : patches_)
    if (!one.empty()) ARGOSY_TRY_VOID(whole->apply(one));
  ARGOSY_TRY_VOID(whole->apply(patch));
  ARGOSY_TRY(const auto diff, whole->diff());
  lines_ = tasks::diff_lines(diff);
  return {};
}

// A command that the repository names itself is run as it is; else the one that measures coverage stands for the tests.
bool Examination::measures_coverage() const {
  const auto& component = chosen_.component;
  if (!component.coverage || coverage_is_absent_ || Verdicts(file_).is_off("coverage")) return false;
  return component.framework != "test_command" || component.coverage->tool == "coverage.command";
}

Result<void> Examination::test(Side& side) {
  ARGOSY_TRY(side.run, run_tests(plan_, *side.stage));
  if (!measures_coverage()) return {};
  side.coverage = read_coverage(chosen_.component, *side.stage, side.tree.files);
  if (side.coverage || side.run->report.counts().total() > 0 || side.run->exit_code == 0 || side.run->timed_out || context_.cancelled())
    return {};
  context_.log("Coverage cannot be measured here: running the tests without\n");
  coverage_is_absent_ = true;
  plan_ = make_plan(chosen_, "", set_up_.folder.has_value());
  ARGOSY_TRY(side.run, run_tests(plan_, *side.stage));
  return {};
}

// A test that fails, and passes when it is run again alone, is flaky: told and counted, but no reason to stop.
Result<void> Examination::run_again_alone() {
  auto& run = *changed_.run;
  const auto known = base_ && base_->run ? base_->run->report.failing() : std::vector<std::string>{};
  std::vector<reports::Case*> again;
  for (auto& one : run.report.cases)
    if (failed(one) && !one.by_subtest && std::ranges::find(known, one.id()) == known.end()) again.push_back(&one);
  if (again.empty() || again.size() > kMaxRunAgain || run.timed_out) return {};
  for (auto* one : again) {
    const auto command = project::one_case_command(
        chosen_.component, {.suite = one->suite, .classname = one->classname, .name = one->name, .file = one->file});
    if (!command) return {};
    for (int i = 0; i < kRunsAlone && !context_.cancelled(); ++i) {
      ARGOSY_TRY(const auto alone, run_tests(make_plan(chosen_, *command, set_up_.folder.has_value()), *changed_.stage));
      if (alone.exit_code != 0 || alone.report.counts().passed == 0) continue;
      run.flaky.push_back(one->id());
      one->outcome = reports::Outcome::passed;
      break;
    }
  }
  if (run.flaky.size() > 0) tell(fmt::format("Flaky: failed, and passed when run again alone: {}", text::join(run.flaky, ", ")));
  if (std::ranges::none_of(run.report.cases, failed) && !run.flaky.empty()) run.exit_code = 0;
  return {};
}

Result<void> Examination::compare_with_base() {
  const bool red = needs_base_run(*changed_.run);
  if (patches_.empty() || context_.cancelled() || !(red || (measures_coverage() && changed_.coverage))) return {};
  tell(red ? "Something fails: running the base commit too, to tell old failures from new ones"
           : "Running the base commit too, to compare its coverage");
  ARGOSY_TRY(auto* const side, base());
  ARGOSY_TRY_VOID(test(*side));
  tell(fmt::format("Without the change: {}", in_numbers(*side->run)));
  return {};
}

Result<Finding> Examination::lint() {
  ARGOSY_TRY(const auto after, run_lint(chosen_.component, *changed_.stage, changed_files_));
  if (!after || patches_.empty()) return judge_lint(std::nullopt, std::nullopt, lines_);
  if (after->findings.empty()) return judge_lint(reports::LintReport{}, after, lines_);  // nothing there is nothing new
  ARGOSY_TRY(auto* const side, base());
  ARGOSY_TRY(const auto before, run_lint(chosen_.component, *side->stage, changed_files_));
  return judge_lint(before, after, lines_);
}

Result<Finding> Examination::bench() {
  if (!chosen_.component.bench || patches_.empty()) return Finding{.measured = false, .text = "no benchmark is named in .argosy.yaml"};
  ARGOSY_TRY(auto* const side, base());
  ARGOSY_TRY(const auto before, run_bench(chosen_.component, *side->stage));
  ARGOSY_TRY(const auto after, run_bench(chosen_.component, *changed_.stage));
  return judge_bench(before, after, file_.bench.max_regression.value_or(kMaxBenchRegression));
}

Result<Finding> Examination::syntax() {
  std::vector<ChangedText> texts;
  for (const auto& [path, lines] : lines_) {
    ARGOSY_TRY(auto before, repository_.read(base_commit_, lines.old_path.empty() ? path : lines.old_path));
    texts.push_back({path, before.value_or(""), read_untrusted(changed_.tree.checkout->path(), path, kMaxPlanFileBytes)});
  }
  return judge_syntax(texts);
}

Result<void> Examination::judge_all(Verdicts& verdicts) {
  const auto judged = [&](const char* gate, Result<Finding> finding) -> Result<void> {
    if (!finding) return std::unexpected(finding.error());
    verdicts.add(gate, *finding);
    return {};
  };
  if (verdicts.is_off("coverage"))
    verdicts.add_off("coverage");
  else if (!measures_coverage())
    verdicts.add("coverage", {.measured = false, .text = "nothing here measures coverage"});
  else
    verdicts.add("coverage", judge_coverage(base_ ? base_->coverage : std::nullopt, changed_.coverage, lines_, file_.coverage));
  if (verdicts.is_off("lint"))
    verdicts.add_off("lint");
  else
    ARGOSY_TRY_VOID(judged("lint", lint()));
  if (verdicts.is_off("bench"))
    verdicts.add_off("bench");
  else
    ARGOSY_TRY_VOID(judged("bench", bench()));
  return {};
}

Result<runtime::StepResult> Examination::run(const std::string& base_commit, const std::vector<std::string>& patches,
                                             const std::vector<std::string>& changed_files) {
  base_commit_ = base_commit;
  patches_ = patches;
  changed_files_ = changed_files;
  ARGOSY_TRY_VOID(prepare());
  Verdicts verdicts(file_);

  if (verdicts.is_off("format"))
    verdicts.add_off("format");
  else {
    ARGOSY_TRY_VOID(format());
    verdicts.add("format", {.measured = !chosen_.component.format.empty(),
                            .held = format_text_.empty(),
                            .text = !format_text_.empty()              ? format_text_
                                    : chosen_.component.format.empty() ? "no formatter is set up here"
                                    : format_patch_.empty()            ? "nothing to format"
                                                                       : "formatted, and that joined the change",
                            .code = "format_failed",
                            .hint = "the formatter's words are in the step's log"});
  }
  if (verdicts.is_off("syntax"))
    verdicts.add_off("syntax");
  else {
    ARGOSY_TRY(const auto finding, syntax());
    verdicts.add("syntax", finding);
  }
  if (auto failure = verdicts.failure()) return std::unexpected(std::move(*failure));

  plan_ = make_plan(chosen_, measures_coverage() ? chosen_.component.coverage->command : "", set_up_.folder.has_value());
  tell(fmt::format("{}. Running: {}", plan_.reason, plan_.command));
  ARGOSY_TRY_VOID(check_needs(plan_, *changed_.stage));
  ARGOSY_TRY_VOID(test(changed_));
  const auto& run = *changed_.run;
  context_.emit(
      tasks::command_executed(plan_.command, run.exit_code,
                              text::ellipsize(run.tail.substr(run.tail.size() - std::min(run.tail.size(), kSnippetBytes)), kSnippetBytes)));
  tell(fmt::format("With the change: {}", in_numbers(run)));
  ARGOSY_TRY_VOID(compare_with_base());
  if (needs_base_run(run)) ARGOSY_TRY_VOID(run_again_alone());

  ARGOSY_TRY(const auto report,
             context_.artifacts().put({step_.ref, step_.attempt, artifacts::Kind::report, "test-report.json"}, report_json(plan_, run)));
  auto judged = judge(plan_, run, base_ ? base_->run : std::nullopt);
  if (!judged && (judged.error().category != Category::code_logic || verdicts.mode("tests") == project::GateMode::required)) {
    if (set_up_.failed) judged.error().hint += fmt::format(" (the dependencies were not fetched: {})", set_up_.text);
    return std::unexpected(std::move(judged.error()));
  }
  verdicts.add("tests", judged ? Finding{.text = in_numbers(run)} : Finding{.held = false, .text = judged.error().message});
  ARGOSY_TRY_VOID(judge_all(verdicts));
  for (const auto& outcome : verdicts.outcomes())
    if (outcome.outcome != "off") context_.log(fmt::format("gate {}: {}: {}\n", outcome.gate, outcome.outcome, outcome.text));
  if (auto failure = verdicts.failure()) return std::unexpected(std::move(*failure));

  auto output = judged ? std::move(*judged) : summary(plan_, run);
  output.report = report;
  output.gates = verdicts.outcomes();
  output.flaky = run.flaky;
  output.patch = format_patch_;
  output.set_up = set_up_.text;
  return runtime::StepResult{.output = tasks::to_json_text(output)};
}

}  // namespace argosy::testing
