// `go test -json`: one event a line, with lines of other tools between them (compilers write to the same pipe). Every test that
// go gives a result for is a case, those with subtests too. A package that fails without a failing test (it did not
// build, its init panicked) is a case too, and so is a test that began and never ended.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/place.h"
#include "common/reports/report.h"

namespace argosy::reports {
namespace {

constexpr std::size_t kMaxLine = 1u << 20;
constexpr double kMaxDuration = 1e9;  // seconds
constexpr std::size_t kMaxBuildOutput = 64u << 10;
const json::ParseLimits kLineLimits{.max_bytes = kMaxLine, .max_depth = 16};

// The last of what a test said: a panic's reason stands near its end, and a cut start costs least.
void keep_tail(std::string& kept, std::string_view more) {
  kept += more;
  if (kept.size() > 2 * kMaxMessage) kept.erase(0, kept.size() - kMaxMessage);
}

class GoReader {
 public:
  GoReader() { report_.format = "go-test-json"; }

  void line(std::string_view text) {
    if (!text.starts_with('{')) {
      if (build_output_.size() < kMaxBuildOutput) build_output_.append(text).push_back('\n');
      return;
    }
    const auto event = text.size() <= kMaxLine ? json::parse(text, kLineLimits) : fail_user("json_too_large", "");
    if (!event || !event->find("Action")) {
      // Programs print braces too; an event that is cut is something else.
      broken_ = broken_ || text.find("\"Action\"") != std::string_view::npos;
      return;
    }
    const auto package = event->string_or("Package", event->string_or("ImportPath", ""));
    const auto action = event->string_or("Action", "");
    if (!package.empty()) seen_ = true;
    if (action == "build-output") return build_said(event->string_or("Output", ""));
    const auto* elapsed = event->find("Elapsed");
    handle(package, event->string_or("Test", ""), action,
           elapsed && elapsed->is_number() ? std::clamp(elapsed->as_double(), 0.0, kMaxDuration) : 0, event->string_or("Output", ""));
  }

  Result<Report> finish() {
    if (!seen_) return fail_user("report_unreadable", "not the output of go test -json: no event in it");
    for (const auto& [key, test] : open_) {
      report_.truncated = true;
      if (has_open_child(key)) continue;
      add(key.first, key.second, Outcome::errored, 0, "it did not end: the output stops before its result\n" + test.output);
    }
    report_.truncated = report_.truncated || broken_ || !open_packages_.empty();
    return std::move(report_);
  }

 private:
  using Key = std::pair<std::string, std::string>;  // package, test
  struct Running {
    std::string output;
    bool child_failed = false;
  };

  void handle(const std::string& package, const std::string& test, const std::string& action, double elapsed, std::string_view output) {
    if (test.empty()) return handle_package(package, action, elapsed, output);
    const Key key{package, test};
    if (action == "run") {
      if (open_.size() < kMaxCases) open_[key];
    }
    const auto it = open_.find(key);
    if (it == open_.end()) return;
    if (action == "output") return keep_tail(it->second.output, output);
    if (action != "pass" && action != "fail" && action != "skip") return;
    const auto outcome = action == "pass" ? Outcome::passed : action == "fail" ? Outcome::failed : Outcome::skipped;
    if (outcome == Outcome::failed) {
      failed_in_.insert(package);
      if (const auto parent = parent_of(key)) parent->child_failed = true;
    }
    add(package, test, outcome, elapsed, outcome == Outcome::passed ? "" : it->second.output, it->second.child_failed);
    open_.erase(it);
  }

  void handle_package(const std::string& package, const std::string& action, double elapsed, std::string_view output) {
    if (action == "start") open_packages_.insert(package);
    if (action == "output") keep_tail(package_output_[package], output);
    if (action != "pass" && action != "fail" && action != "skip") return;
    open_packages_.erase(package);
    report_.duration_s += elapsed;
    if (action == "fail" && !failed_in_.contains(package) && !has_open(package))
      add(package, "(package)", Outcome::errored, elapsed, package_output_[package] + build_output_);
    package_output_.erase(package);
  }

  void build_said(std::string_view output) {
    if (build_output_.size() < kMaxBuildOutput) build_output_ += output;
  }

  Running* parent_of(const Key& key) {
    const auto slash = key.second.rfind('/');
    if (slash == std::string::npos) return nullptr;
    const auto it = open_.find({key.first, key.second.substr(0, slash)});
    return it == open_.end() ? nullptr : &it->second;
  }

  bool has_open(const std::string& package) const {
    const auto it = open_.lower_bound({package, ""});
    return it != open_.end() && it->first.first == package;
  }

  bool has_open_child(const Key& key) const {
    const auto it = open_.lower_bound({key.first, key.second + "/"});
    return it != open_.end() && it->first.first == key.first && it->first.second.starts_with(key.second + "/");
  }

  void add(const std::string& package, const std::string& test, Outcome outcome, double elapsed, std::string_view said,
           bool by_subtest = false) {
    Case one;
    one.suite = one.classname = clean(package, kMaxName);
    one.name = clean(test, kMaxName);
    one.outcome = outcome;
    one.duration_s = elapsed;
    one.by_subtest = by_subtest;
    one.message = clean(text::trim(said), kMaxMessage);
    locate(one);
    report_.add(std::move(one));
  }

  Report report_;
  bool seen_ = false, broken_ = false;
  std::map<Key, Running> open_;
  std::set<std::string> open_packages_, failed_in_;
  std::map<std::string, std::string> package_output_;
  std::string build_output_;
};

}  // namespace

Result<Report> parse_go_test_json(std::string_view text) {
  GoReader reader;
  for (Lines lines(text); lines.next();) reader.line(lines.line);
  return reader.finish();
}

}  // namespace argosy::reports
