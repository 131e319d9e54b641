#include "workers/testing/gates/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxNamesInSentence = 5;
constexpr std::size_t kMaxCasesInArtifact = 20'000;
constexpr std::size_t kMaxMessagesInArtifact = 4u << 20;  // bytes of all messages together
constexpr std::string_view kWholeRun = "(the run itself)";

// Names of what failed. A run that ended badly without a failing test failed as a whole.
std::vector<std::string> failures(const TestRun& run) {
  auto names = run.report.failing();
  const auto counts = run.report.counts();
  if (names.empty() && (run.exit_code != 0 || counts.failed + counts.errors > 0)) names.emplace_back(kWholeRun);
  return names;
}

std::int64_t unnamed_failures(const TestRun& run) { return run.report.unnamed.failed + run.report.unnamed.errors; }

std::string last_lines(const TestRun& run) {
  const auto tail = text::trim(run.tail);
  constexpr std::size_t kShown = 600;
  return std::string(tail.size() > kShown ? tail.substr(tail.size() - kShown) : tail);
}

std::string sentence(const std::vector<std::string>& names) {
  std::vector<std::string> shown(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMaxNamesInSentence)));
  return text::join(shown, ", ") + (names.size() > shown.size() ? fmt::format(" and {} more", names.size() - shown.size()) : "");
}

json::Array some(const std::vector<std::string>& names) {
  json::Array array;
  for (std::size_t i = 0; i < std::min(names.size(), kMaxFailingNamed); ++i) array.emplace_back(names[i]);
  return array;
}

json::Object counts_json(const reports::Report::Counts& counts) {
  return {{"passed", counts.passed}, {"failed", counts.failed}, {"errors", counts.errors}, {"skipped", counts.skipped}};
}

std::unexpected<Error> with_details(std::unexpected<Error> error, const TestRun& run, const std::vector<std::string>& failing,
                                    const std::vector<std::string>& before) {
  error.error().details = json::dump(json::Object{{"tests", counts_json(run.report.counts())},
                                                  {"failing", some(failing)},
                                                  {"failed_before", some(before)},
                                                  {"exit_code", run.exit_code},
                                                  {"output", last_lines(run)}});
  return error;
}

// What a person looks for first: pytest's last "E" line, else how the message begins.
std::string gist(const std::string& message) {
  constexpr std::size_t kShown = 300;
  const auto at = message.rfind("\nE   ");
  const auto from = at == std::string::npos ? std::string_view(message) : text::trim(std::string_view(message).substr(at + 2));
  return text::ellipsize(from, kShown);
}

// Nothing ran, here and there: the change is not to blame, and "tested" would be a lie.
std::unexpected<Error> do_not_run(const Plan& plan, const TestRun& run) {
  std::string why = fmt::format("`{}` ends with exit code {}", plan.command, run.exit_code);
  for (const auto& one : run.report.cases)
    if (one.outcome == reports::Outcome::errored || one.outcome == reports::Outcome::failed) {
      why += ": " + gist(one.message);
      break;
    }
  return with_details(fail_user("tests_do_not_run", fmt::format("no test passes on the base commit either; {}", why),
                                "what the tests need beside the system belongs into ARGOSY_TEST_PATHS of the testing workers; or set "
                                "test_command of the repository"),
                      run, failures(run), failures(run));
}

struct Split {
  std::vector<std::string> added, before;
};

Split split(const TestRun& change, const std::optional<TestRun>& base) {
  Split result;
  if (!base || base->timed_out || base->out_of_memory || base->cancelled) return {failures(change), {}};
  const auto known = failures(*base);
  const std::set<std::string> names(known.begin(), known.end());
  for (auto& name : failures(change)) (names.contains(name) ? result.before : result.added).push_back(std::move(name));
  if (result.added.empty() && unnamed_failures(change) > unnamed_failures(*base))
    result.added.emplace_back("(tests that the tool does not name)");
  return result;
}

}  // namespace

bool needs_base_run(const TestRun& change) {
  return !change.timed_out && !change.out_of_memory && !change.out_of_disk && !change.cancelled && !change.found_none &&
         !failures(change).empty();
}

tasks::TestOutput summary(const Plan& plan, const TestRun& change) {
  const auto counts = change.report.counts();
  tasks::TestOutput output;
  output.tests = {
      .passed = counts.passed, .failed = counts.failed + counts.errors, .skipped = counts.skipped, .duration_ms = change.duration_ms};
  output.framework = plan.framework;
  output.command = plan.command;
  return output;
}

Result<tasks::TestOutput> judge(const Plan& plan, const TestRun& change, const std::optional<TestRun>& base) {
  const auto counts = change.report.counts();
  if (change.timed_out)
    return with_details(fail_code("tests_timed_out",
                                  fmt::format("the tests were stopped after {} s; until then {} passed and {} failed",
                                              change.duration_ms / 1000, counts.passed, counts.failed + counts.errors),
                                  "make them faster, or raise ARGOSY_TEST_TIMEOUT_MS on the testing workers"),
                        change, change.report.failing(), {});
  if (change.out_of_memory)
    return with_details(fail_code("tests_out_of_memory", "the tests used more memory than a run may have and were stopped",
                                  "raise ARGOSY_TEST_MEMORY_BYTES on the testing workers, if that is not the change's fault"),
                        change, change.report.failing(), {});
  if (change.out_of_disk)
    return with_details(fail_code("tests_out_of_disk", "the tests wrote more to disk than a run may and were stopped",
                                  "raise ARGOSY_TEST_DISK_BYTES on the testing workers, if that is not the change's fault"),
                        change, change.report.failing(), {});
  if (change.found_none || (counts.total() == 0 && change.exit_code == 0 && !plan.exit_code_decides))
    return with_details(fail_user("no_tests_found", fmt::format("{} found no tests in the repository", plan.framework),
                                  "set test_command of the repository"),
                        change, {}, {});

  const auto [added, before] = split(change, base);
  if (counts.passed == 0 && base && base->report.counts().passed == 0 && !failures(*base).empty()) return do_not_run(plan, change);
  if (!added.empty())
    return with_details(
        fail_code("tests_failed",
                  added.size() == 1 && added.front() == kWholeRun ? fmt::format("the tests end with exit code {}", change.exit_code)
                                                                  : fmt::format("{} test{} that did not fail before: {}", added.size(),
                                                                                added.size() == 1 ? " fails" : "s fail", sentence(added)),
                  "see the step's log and report for the messages"),
        change, added, before);

  auto output = summary(plan, change);
  for (std::size_t i = 0; i < std::min(before.size(), kMaxFailingNamed); ++i) output.failed_before.push_back(before[i]);
  return output;
}

Finding finding_of(const Error& error) {
  Finding finding{.held = false, .text = error.message, .code = error.code, .hint = error.hint, .details = error.details};
  const auto details = json::parse(error.details);
  if (!details) return finding;
  for (const auto& name : details->array_or_empty("failing"))
    if (name.is_string()) finding.failing.push_back(name.as_string());
  return finding;
}

std::string report_json(const Plan& plan, const TestRun& run) {
  json::Array cases;
  std::size_t message_bytes = 0;
  for (const auto& one : run.report.cases) {
    if (cases.size() >= kMaxCasesInArtifact) break;
    json::Object item{{"name", one.name}, {"outcome", reports::to_string(one.outcome)}, {"duration_s", one.duration_s}};
    if (!one.classname.empty()) item.append("classname", one.classname);
    if (!one.suite.empty()) item.append("suite", one.suite);
    if (!one.file.empty()) item.append("file", one.file);
    if (!one.message.empty() && (message_bytes += one.message.size()) <= kMaxMessagesInArtifact) item.append("message", one.message);
    cases.emplace_back(std::move(item));
  }
  const bool cut = run.report.truncated || cases.size() < run.report.cases.size() || message_bytes > kMaxMessagesInArtifact;
  return json::dump(json::Object{{"framework", plan.framework},
                                 {"command", plan.command},
                                 {"format", run.report.format},
                                 {"exit_code", run.exit_code},
                                 {"duration_ms", run.duration_ms},
                                 {"timed_out", run.timed_out},
                                 {"truncated", cut},
                                 {"tests", counts_json(run.report.counts())},
                                 {"cases", std::move(cases)}});
}

}  // namespace argosy::testing
