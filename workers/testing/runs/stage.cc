#include "workers/testing/runs/stage.h"

#include <system_error>

#include "common/core/folders/scratch.h"
#include "workers/testing/runs/test_paths.h"
#include "workers/testing/runs/test_tree.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostReports = 20'000;
constexpr std::string_view kReportDir = "$ARGOSY_REPORT_DIR", kCacheDir = "$ARGOSY_CACHE_DIR";

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
  return text;
}

}  // namespace

Stage::Stage(fs::path folder, RunOptions options) : folder_(std::move(folder)), options_(std::move(options)) {
  fs::create_directory(reports());
}

fs::path Stage::workspace_inside() const {
  sandbox::Job job;
  job.workspace = workspace();
  return sandbox::Sandbox(options_.sandbox).workspace_inside(job);
}

sandbox::Job Stage::job(const std::string& script, const std::map<std::string, std::string>& env) const {
  sandbox::Job job;
  job.argv = {"/bin/sh", "-c", script};
  job.workspace = workspace();
  // By a name that says nothing of this host and is the same in each run: tests print it.
  const bool own_paths = options_.sandbox != sandbox::Class::none;
  const std::string reports_inside = own_paths ? kReportsInside : reports().string();
  if (own_paths) job.writable_at[kReportsInside] = reports();
  add_test_paths(job, options_.test_paths, workspace_inside());
  if (options_.cache) (options_.cache_is_filled ? job.read_only_at : job.writable_at)[kCacheInside] = *options_.cache;
  const auto cache = !options_.cache ? "" : own_paths ? kCacheInside : options_.cache->string();
  for (const auto& [name, value] : env) job.env[name] = replaced(replaced(value, kReportDir, reports_inside), kCacheDir, cache);
  if (options_.cache) job.env["ARGOSY_CACHE_DIR"] = cache;
  job.env["ARGOSY_REPORT_DIR"] = reports_inside;
  job.limits = options_.limits;
  job.cancelled = options_.cancelled;
  return job;
}

Result<sandbox::Finished> Stage::run(const sandbox::Job& job) const {
  auto done = sandbox::Sandbox(options_.sandbox).run(job);
  if (options_.ran) options_.ran(done);
  if (!done || !done->forbidden_call) return done;
  return fail_security(std::string(kEscapeAttempt), "a program made a system call of another architecture, and was killed for it",
                       "the runbook escape-attempt says what to look at");
}

void Stage::forget(const std::string& name) const {
  std::error_code error;
  if (!name.empty())
    for (const auto& file : find_files(workspace(), name, kMostReports)) fs::remove(file, error);
}

Result<void> Stage::clear_reports(const std::string& folder_in_tree) const {
  std::error_code error;
  if (remove_tree(reports())) fs::create_directory(reports(), error);
  if (!folder_in_tree.empty())
    for (const auto& file : find_reports(workspace(), folder_in_tree, kMostReports)) fs::remove(file, error);
  if (error) return fail_transient("tree_not_written", "cannot remove old reports: " + error.message());
  return {};
}

std::string Stage::report(const std::string& file, std::size_t max_bytes, bool in_tree) const {
  return read_untrusted(in_tree ? workspace() : reports(), file, max_bytes);
}

}  // namespace argosy::testing
