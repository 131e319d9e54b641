// JUnit XML. There is no standard: <testsuites> or <testsuite> on top, suites nested or not, times with thousands separators, retries as
// <flakyFailure> (it passed in the end) and <rerunFailure> (it did not), skips as an element or an attribute. What is common to all: a
// <testcase> with a name, and <failure>, <error> or <skipped> below it.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "common/reports/clean_text.h"
#include "common/reports/report.h"
#include "common/reports/xml_reader.h"

namespace argosy::reports {
namespace {

using Attributes = XmlHandler::Attributes;

std::string_view attribute(const Attributes& attributes, std::string_view name) {
  const auto it = attributes.find(name);
  return it == attributes.end() ? std::string_view{} : it->second;
}

std::optional<Outcome> verdict_of(std::string_view element) {
  if (element == "failure") return Outcome::failed;
  if (element == "error") return Outcome::errored;
  if (element == "skipped") return Outcome::skipped;
  return std::nullopt;
}

class JunitReader {
 public:
  JunitReader() { report_.format = "junit"; }

  void start(std::string_view name, const Attributes& attributes) {
    ++depth_;
    if (name == "testsuites" || name == "testsuite") return start_suite(name, attributes);
    if (name == "testcase" && !case_) return start_case(attributes);
    if (const auto verdict = verdict_of(name); verdict && !message_depth_) start_verdict(*verdict, attributes);
  }

  void end(std::string_view name) {
    if (message_depth_ == depth_) end_verdict();
    --depth_;
    if (name == "testcase") return end_case();
    if (name == "testsuite" && !suites_.empty()) suites_.pop_back();
  }

  void text(std::string_view piece) {
    // Twice the bound, because colours and broken bytes may go.
    if (message_depth_ && message_.size() < 2 * kMaxMessage) message_ += piece.substr(0, 2 * kMaxMessage);
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
    report_.duration_s = total_s_.value_or(suites_s_);
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
    const auto& outer_file = suites_.empty() ? std::string() : suites_.back().file;
    auto file = clean(attribute(attributes, attributes.contains("file") ? "file" : "filepath"), kMaxName);
    suites_.push_back({clean(attribute(attributes, "name"), kMaxName), file.empty() ? outer_file : file});
  }

  void start_case(const Attributes& attributes) {
    if (report_.cases.size() >= kMaxCases) report_.truncated = true;
    case_.emplace();
    case_->name = clean(attribute(attributes, "name"), kMaxName);
    case_->classname = clean(attribute(attributes, "classname"), kMaxName);
    case_->file = clean(attribute(attributes, "file"), kMaxName);
    if (!suites_.empty()) {
      case_->suite = suites_.back().name;
      if (case_->file.empty()) case_->file = suites_.back().file;
    }
    if (case_->name.empty()) case_->name = "(class)";  // surefire's, of a class that could not even start
    // jest-junit repeats the title there, node writes "test".
    const bool title = case_->classname == case_->name && case_->name.find(' ') != std::string::npos;
    if (title || case_->classname == "test") case_->classname.clear();
    case_->duration_s = leading_number(attribute(attributes, "time"));
    // GoogleTest says it in attributes.
    if (attribute(attributes, "status") == "notrun" || attribute(attributes, "result") == "skipped") case_->outcome = Outcome::skipped;
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
    message_depth_ = depth_;
    message_ = attribute(attributes, "message").substr(0, 2 * kMaxMessage);
    if (!message_.empty()) message_ += '\n';
  }

  void end_verdict() {
    message_depth_ = 0;
    // A failure and the error of its tear-down: the first message stays, the graver outcome wins; a skip does not hide a failure.
    const bool first = case_->message.empty() && case_->outcome != Outcome::failed && case_->outcome != Outcome::errored;
    if (first || (case_->outcome == Outcome::skipped && verdict_ != Outcome::skipped))
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
    if (case_ && report_.cases.size() < kMaxCases) report_.cases.push_back(std::move(*case_));
    case_.reset();
  }

  Report report_;
  std::vector<Suite> suites_;
  std::optional<Case> case_;
  bool of_suite_ = false, todo_ = false, seen_ = false;
  int depth_ = 0, message_depth_ = 0;  // 0: not within a verdict
  Outcome verdict_ = Outcome::passed;
  std::string message_;
  std::optional<double> total_s_;
  double suites_s_ = 0;
};

}  // namespace

Result<Report> parse_junit(std::string_view xml) {
  JunitReader reader;
  const XmlHandler handler{[&](std::string_view name, const Attributes& attributes) { reader.start(name, attributes); },
                           [&](std::string_view name) { reader.end(name); }, [&](std::string_view text) { reader.text(text); }};
  const auto problem = read_xml(xml, handler);
  // A document type is no accident of a test run: nothing of such a file is believed.
  if (problem.starts_with("a document type")) return fail_user("report_unreadable", problem);
  return reader.finish(problem);
}

}  // namespace argosy::reports
