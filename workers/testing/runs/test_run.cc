#include "workers/testing/runs/test_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "workers/testing/runs/test_tree.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxReportBytes = 64u << 20;  // of one report file
constexpr std::size_t kMaxReportFiles = 20'000;     // a JUnit file a class
constexpr std::size_t kTailBytes = 4'000;
constexpr std::chrono::seconds kNeedTimeout{60};  // a cold JVM or an import on a slow disk

// go test -json is for us; people read the text that it wraps. Lines may come in pieces.
class LogView {
 public:
  LogView(const std::function<void(std::string_view)>& sink, bool go_json) : sink_(sink), go_json_(go_json) {}
  void operator()(std::string_view piece) {
    if (!sink_) return;
    if (!go_json_) return sink_(piece);
    for (const char c : piece) {
      line_ += c;
      if (c == '\n' || line_.size() >= kMaxLine) flush();
    }
  }

 private:
  static constexpr std::size_t kMaxLine = 64u << 10;
  void flush() {
    const auto event = line_.starts_with('{') ? json::parse(line_) : fail_user("no_event", "");
    if (!event)
      sink_(line_);
    else if (const auto text = event->string_or("Output", ""); !text.empty())
      sink_(text);
    line_.clear();
  }
  const std::function<void(std::string_view)>& sink_;
  bool go_json_;
  std::string line_;
};

// From the best source that says anything: the report that was asked for, files of the tool, its output.
reports::Report read_report(const Plan& plan, const Stage& stage, const Completed& done, const std::string& transcript) {
  if (!plan.report_file.empty()) {
    const auto bytes = stage.report(plan.report_file, kMaxReportBytes);
    if (auto report = reports::parse_any(bytes); !bytes.empty() && report) return std::move(*report);
  }
  reports::Report all;
  if (!plan.report_folder.empty())
    for (const auto& file : find_reports(stage.workspace(), plan.report_folder, kMaxReportFiles))
      if (auto report = reports::parse_junit(stage.report(file.lexically_relative(stage.workspace()), kMaxReportBytes, true)))
        reports::merge(all, std::move(*report));
  if (all.counts().total() > 0) return all;
  for (const std::string_view text : {std::string_view(done.out), std::string_view(done.err), std::string_view(transcript)})
    if (auto report = reports::parse_any(text); report && (report->counts().total() > 0 || text.data() == transcript.data()))
      return std::move(*report);
  return all;
}

void keep_tail(std::string& tail, std::string_view piece) {
  tail += piece;
  if (tail.size() > 4 * kTailBytes) tail.erase(0, tail.size() - 2 * kTailBytes);
}

}  // namespace

std::string TestRun::in_numbers() const {
  const auto counts = report.counts();
  return fmt::format("{} passed, {} failed, {} skipped in {:.1f} s", counts.passed, counts.failed + counts.errors, counts.skipped,
                     static_cast<double>(duration_ms) / 1000);
}

Result<void> check_needs(const Plan& plan, const Stage& stage) {
  for (const auto& need : plan.needs) {
    auto job = stage.job(need.check, plan.env);
    job.limits.wall = std::min<std::chrono::milliseconds>(job.limits.wall, kNeedTimeout);
    ARGOSY_TRY(const auto done, stage.run(job));
    if (done.exit_code != 0 && !done.cancelled)
      return fail_user("tool_missing", fmt::format("the tests need {}, which is not there", need.what), need.hint);
  }
  return {};
}

Result<TestRun> run_tests(const Plan& plan, const Stage& stage) {
  ARGOSY_TRY_VOID(stage.clear_reports(plan.report_folder));
  TestRun run;
  std::string transcript;
  LogView log(stage.options().log, plan.framework == "go");
  auto job = stage.job(plan.script, plan.env);
  job.on_output = [&](std::string_view piece) {
    transcript += piece;  // bounded by the sandbox
    keep_tail(run.tail, piece);
    log(piece);
  };
  ARGOSY_TRY(const auto done, stage.run(job));
  run.exit_code = done.exit_code;
  run.timed_out = done.timed_out;
  run.out_of_memory = done.out_of_memory;
  run.out_of_disk = done.out_of_disk;
  run.cancelled = done.cancelled;
  run.duration_ms = done.duration.count();
  run.found_none = plan.exit_code_none && done.exit_code == *plan.exit_code_none;
  run.tail = reports::clean(std::string_view(run.tail).substr(run.tail.size() - std::min(run.tail.size(), kTailBytes)), kTailBytes);
  run.report = read_report(plan, stage, done, transcript);
  return run;
}

}  // namespace argosy::testing
