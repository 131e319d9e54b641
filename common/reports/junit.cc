// JUnit XML. There is no standard: <testsuites> or <testsuite> on top, suites nested or not, times with thousands separators, retries as
// <flakyFailure> (it passed in the end) and <rerunFailure> (it did not), skips as an element or an attribute. What is common to all: a
// <testcase> with a name, and <failure>, <error> or <skipped> below it.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/place.h"
#include "common/reports/report.h"
#include "common/reports/xml_reader.h"

namespace argosy::reports {
namespace {

using Attributes = XmlHandler::Attributes;

std::optional<Outcome> verdict_of(std::string_view element) {
  if (element == "failure") return Outcome::failed;
  if (element == "error") return Outcome::errored;
  if (element == "skipped" || element == "disabled") return Outcome::skipped;
  return std::nullopt;
}

// What GoogleTest, ctest and others say in attributes; an element below the case says more.
std::optional<Outcome> verdict_of_attributes(const Attributes& attributes) {
  for (const char* name : {"result", "status"}) {
    const auto value = attribute(attributes, name);
    for (const std::string_view word : {"notrun", "skipped", "suppressed", "disabled", "ignored", "pending"})
      if (value == word) return Outcome::skipped;
    for (const std::string_view word : {"fail", "failed", "failure"})
      if (value == word) return Outcome::failed;
    if (value == "error") return Outcome::errored;
  }
  return std::nullopt;
}

bool is_output(std::string_view element) { return element == "system-out" || element == "system-err"; }

class JunitReader {
 public:
  JunitReader() { report_.format = "junit"; }

  void start(std::string_view name, const Attributes& attributes) {
    ++depth_;
    if (name == "testsuites" || name == "testsuite") return start_suite(name, attributes);
    if (name == "testcase" && !case_) return start_case(attributes);
    if (message_depth_ || output_depth_) return;
    if (const auto verdict = verdict_of(name)) return start_verdict(*verdict, attributes);
    // Of the case itself: an attempt that failed has its own.
    if (case_ && is_output(name) && depth_ == case_depth_ + 1 && report_.cases.size() < kMaxCases) output_depth_ = depth_;
  }

  void end(std::string_view name) {
    if (message_depth_ == depth_) end_verdict();
    if (output_depth_ == depth_) output_depth_ = 0;
    --depth_;
    if (name == "testcase" && depth_ < case_depth_) return end_case();
    if (name == "testsuite" && !suites_.empty()) suites_.pop_back();
  }

  void text(std::string_view piece) {
    // Twice the bound, because colours and broken bytes may go.
    if (message_depth_ && message_.size() < 2 * kMaxMessage) message_ += piece.substr(0, 2 * kMaxMessage);
    if (output_depth_ && output_.size() < 2 * kMaxOutput) output_ += piece.substr(0, 2 * kMaxOutput);
  }

  bool wants_text() const {
    return (message_depth_ != 0 && message_.size() < 2 * kMaxMessage) || (output_depth_ != 0 && output_.size() < 2 * kMaxOutput);
  }

  Result<Report> finish(const std::string& problem) {
    if (!seen_)
      return fail_user("report_unreadable", fmt::format("not a JUnit report: {}", problem.empty() ? "no <testsuite> in it" : problem));
    if (case_) {
      // Cut in the middle of a case: its outcome is not known.
      case_->outcome = Outcome::errored;
      case_->message = "the report ends within this case";
      end_case();
    }
    report_.truncated = report_.truncated || !problem.empty();
    report_.duration_s = total_s_.value_or(suites_have_time_ ? suites_s_ : cases_s_);
    return std::move(report_);
  }

 private:
  struct Suite {
    std::string name, file;
  };

  void start_suite(std::string_view element, const Attributes& attributes) {
    seen_ = true;
    const double time = leading_number(attribute(attributes, "time"));
    if (element == "testsuites") {
      if (attributes.contains("time")) total_s_ = time;
      return;
    }
    if (suites_.empty()) suites_s_ += time;
    suites_have_time_ = suites_have_time_ || (suites_.empty() && attributes.contains("time"));
    const auto& outer_file = suites_.empty() ? std::string() : suites_.back().file;
    auto file = clean(attribute(attributes, attributes.contains("file") ? "file" : "filepath"), kMaxName);
    suites_.push_back({clean(attribute(attributes, "name"), kMaxName), file.empty() ? outer_file : file});
  }

  void start_case(const Attributes& attributes) {
    case_.emplace();
    case_depth_ = depth_;
    output_.clear();
    case_->duration_s = leading_number(attribute(attributes, "time"));
    if (const auto told = verdict_of_attributes(attributes)) case_->outcome = *told;
    only_told_ = case_->outcome == Outcome::failed || case_->outcome == Outcome::errored;
    if (report_.cases.size() < kMaxCases) name_case(attributes);  // beyond it is only counted
  }

  void name_case(const Attributes& attributes) {
    case_->name = clean(attribute(attributes, "name"), kMaxName);
    case_->classname = clean(attribute(attributes, attributes.contains("classname") ? "classname" : "class"), kMaxName);
    case_->file = clean(attribute(attributes, attributes.contains("file") ? "file" : "filepath"), kMaxName);
    case_->line = std::max<std::int64_t>(text::to_int(attribute(attributes, "line")).value_or(0), 0);
    if (!suites_.empty()) {
      case_->suite = suites_.back().name;
      if (case_->file.empty()) case_->file = suites_.back().file;
    }
  }

  // Below a case, or of a suite that could not even start.
  void start_verdict(Outcome verdict, const Attributes& attributes) {
    if (!case_ && (suites_.empty() || verdict == Outcome::skipped)) return;
    if (!case_) {
      case_.emplace();
      case_->suite = suites_.back().name;
      case_->file = suites_.back().file;
      case_->name = "(suite)";
      of_suite_ = true;
    }
    verdict_ = verdict;
    todo_ = todo_ || (verdict == Outcome::skipped && attribute(attributes, "type") == "todo");
    if (report_.cases.size() >= kMaxCases) return judge();
    message_depth_ = depth_;
    message_ = attribute(attributes, "message").substr(0, 2 * kMaxMessage);
    if (!message_.empty()) message_ += '\n';
  }

  void end_verdict() {
    message_depth_ = 0;
    judge(true);
  }

  void judge(bool with_message = false) {
    if (std::exchange(only_told_, false) && verdict_ != Outcome::skipped) case_->outcome = Outcome::passed;  // the element says it
    // A failure and the error of its tear-down: the first message stays, the graver outcome wins; a skip does not hide a failure.
    const bool first = case_->message.empty() && case_->outcome != Outcome::failed && case_->outcome != Outcome::errored;
    if (with_message && (first || (case_->outcome == Outcome::skipped && verdict_ != Outcome::skipped)))
      case_->message = clean(text_of(message_), kMaxMessage);
    if (case_->outcome == Outcome::passed || verdict_ == Outcome::errored ||
        (verdict_ == Outcome::failed && case_->outcome == Outcome::skipped))
      case_->outcome = verdict_;
    if (std::exchange(of_suite_, false)) end_case();
  }

  static std::string_view text_of(std::string_view message) {
    while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.remove_suffix(1);
    return message;
  }

  void end_case() {
    // A test that is known not to work yet may fail.
    if (std::exchange(todo_, false) && case_) case_->outcome = Outcome::skipped;
    if (case_ && report_.cases.size() >= kMaxCases) {
      cases_s_ += case_->duration_s;
      report_.count(case_->outcome);
    } else if (case_) {
      case_->output = clean(text::trim(output_), kMaxOutput);
      cases_s_ += case_->duration_s;
      locate(*case_);
      report_.add(std::move(*case_));
    }
    case_.reset();
    output_.clear();
  }

  Report report_;
  std::vector<Suite> suites_;
  std::optional<Case> case_;
  bool of_suite_ = false, todo_ = false, seen_ = false;
  bool only_told_ = false;  // the case failed, as far as its attributes say
  int depth_ = 0, case_depth_ = 0;
  int message_depth_ = 0, output_depth_ = 0;  // 0: not within a verdict, not within an output
  Outcome verdict_ = Outcome::passed;
  std::string message_, output_;
  std::optional<double> total_s_;
  double suites_s_ = 0, cases_s_ = 0;
  bool suites_have_time_ = false;
};

}  // namespace

Result<Report> parse_junit(const Source& xml) {
  JunitReader reader;
  const XmlHandler handler{[&](std::string_view name, const Attributes& attributes) { reader.start(name, attributes); },
                           [&](std::string_view name) { reader.end(name); }, [&](std::string_view text) { reader.text(text); },
                           [&] { return reader.wants_text(); }};
  const auto problem = read_xml(xml, handler);
  // A document type is no accident of a test run: nothing of such a file is believed.
  if (problem.starts_with("a document type")) return fail_user("report_unreadable", problem);
  return reader.finish(problem);
}

Result<Report> parse_junit(std::string_view xml) { return parse_junit(source_of(xml)); }

}  // namespace argosy::reports
