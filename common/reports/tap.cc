// TAP 12-14: plans, directives, bail-out, YAML diagnostics, subtests by indentation or in braces (node --test, node-tap, tape, ava,
// vitest, prove, bats). Leaves are cases; a test point that closes a subtest only names it, unless it failed and none of its leaves
// did, or unless it is node's, which counts tests with subtests as tests.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/place.h"
#include "common/reports/report.h"
#include "common/reports/tap_point.h"

namespace argosy::reports {
namespace {

constexpr std::size_t kMaxSubtestDepth = 32;
constexpr std::size_t kIndent = 4;

class TapReader {
 public:
  TapReader() { report_.format = "tap"; }

  void line(std::string_view raw) {
    const auto content = raw.find_first_not_of(' ');
    if (content == std::string_view::npos) return;
    if (yaml_indent_) return yaml(raw, content);
    const auto text = raw.substr(content);
    const std::size_t depth = std::min(content / kIndent, kMaxSubtestDepth);
    if (text.starts_with("ok") && (text.size() == 2 || text[2] == ' ')) return point(depth, read_test_point(text.substr(2), true));
    if (text.starts_with("not ok") && (text.size() == 6 || text[6] == ' ')) return point(depth, read_test_point(text.substr(6), false));
    if (text == "---" && content > point_indent_ && point_indent_ != std::string_view::npos) {
      yaml_indent_ = content;
      yaml_text_.clear();
      return;
    }
    if (text == "}" && depth < kMaxSubtestDepth && open_[depth]) return close_braces(depth);
    if (text.starts_with("1..")) return plan(depth, text.substr(3));
    if (text.starts_with("Bail out!")) return bail_out(text);
    if (text.starts_with("TAP version ")) seen_ = true;
    if (text.starts_with("# ")) return comment(depth, text);
    // What mocha and others say of a failure without YAML stands below it, indented.
    if (last_ && content > point_indent_ && current().outcome == Outcome::failed && current().message.size() < kMaxMessage)
      current().message.append(text.substr(0, kMaxMessage)).push_back('\n');
  }

  Result<Report> finish() {
    if (!seen_) return fail_user("report_unreadable", "not a TAP report: neither a version, nor a plan with test points in it");
    flush();
    if (!counts_parents_) std::erase_if(cases_, [](const Leaf& leaf) { return leaf.parent; });
    // A plan that was not kept, or subtests whose closing point never came.
    if (planned_ && points_[0] < *planned_) report_.truncated = true;
    for (std::size_t depth = 1; depth <= kMaxSubtestDepth; ++depth)
      if (points_[depth] > 0) report_.truncated = true;
    double sum = 0;
    for (auto& leaf : cases_) {
      sum += leaf.test.duration_s;
      locate(leaf.test);
      report_.add(std::move(leaf.test));
    }
    if (report_.duration_s == 0) report_.duration_s = sum;
    return std::move(report_);
  }

 private:
  struct Leaf {
    Case test;
    bool parent = false;  // a case only where tests with subtests count
  };

  void point(std::size_t depth, const TestPoint& point) {
    flush();
    seen_ = true;
    ++points_[depth];
    point_indent_ = depth * kIndent;
    if (point.opens && depth < kMaxSubtestDepth) {
      open_[depth] = point;
      begin_below(depth);
      return;
    }
    const bool closes = depth < kMaxSubtestDepth && points_[depth + 1] > 0;
    const bool leaf = !closes || close_subtest(depth, point);
    // A parent is a test of its own, if node turns out to have written this.
    begin(case_of(point, points_[depth]), !leaf);
    if (last_ && !leaf) current().by_subtest = !point.ok;
    begin_below(depth);
  }

  void begin(Case one, bool parent) {
    if (cases_.size() >= kMaxCases) return parent ? void() : report_.count(one.outcome);
    cases_.push_back({std::move(one), parent});
    last_ = true;
  }
  Case& current() { return cases_.back().test; }

  // What comes deeper from here on belongs to the next point.
  void begin_below(std::size_t depth) {
    for (std::size_t below = depth + 1; below <= kMaxSubtestDepth; ++below) {
      points_[below] = 0;
      first_below_[below] = cases_.size();
    }
  }

  static Case case_of(const TestPoint& point, std::int64_t number) {
    Case one;
    one.name = point.name.empty() ? fmt::format("test {}", number) : point.name;
    one.outcome = point.outcome();
    one.duration_s = point.duration_s;
    one.message = point.reason;
    return one;
  }

  // The case of the last point is complete with what follows it.
  void flush() {
    if (!std::exchange(last_, false)) return;
    current().message = clean(text::trim(current().message), kMaxMessage);
    // node calls an empty `describe` a test point too.
    if (!std::exchange(is_suite_, false) || (!cases_.back().parent && current().outcome != Outcome::passed)) return;
    cases_.pop_back();
    for (auto& first : first_below_) first = std::min(first, cases_.size());
  }

  void close_braces(std::size_t depth) {
    flush();
    const auto point = *std::exchange(open_[depth], std::nullopt);
    const bool leaf = close_subtest(depth, point);
    if (leaf) begin(case_of(point, points_[depth]), false);
    begin_below(depth);
  }

  // The point names the leaves below it. True when it is a case of its own: it failed, and no leaf tells why.
  bool close_subtest(std::size_t depth, const TestPoint& point) {
    bool told = point.ok || point.skip || point.todo;
    for (std::size_t i = first_below_[depth + 1]; i < cases_.size(); ++i) {
      auto& one = cases_[i].test;
      one.suite = clean(one.suite.empty() ? point.name : point.name + " > " + one.suite, kMaxName);
      told = told || one.outcome == Outcome::failed || one.outcome == Outcome::errored;
      if (point.todo && one.outcome == Outcome::failed) one.outcome = Outcome::skipped;
    }
    return !told;
  }

  void plan(std::size_t depth, std::string_view rest) {
    if (rest.empty() || rest.front() < '0' || rest.front() > '9') return;
    if (depth != 0) return;
    seen_ = true;
    planned_ = static_cast<std::int64_t>(leading_number(rest));
  }

  void comment(std::size_t depth, std::string_view text) {
    if (depth != 0) return;
    if (text.starts_with("# duration_ms ")) report_.duration_s = leading_number(text.substr(14)) / 1000;
    if (text.starts_with("# suites ")) counts_parents_ = true;
    if (text.starts_with("# time=")) report_.duration_s = leading_number(text.substr(7)) / (text.ends_with("ms") ? 1000 : 1);
  }

  void bail_out(std::string_view line) {
    flush();
    seen_ = true;
    report_.truncated = true;
    Case one;
    one.name = "Bail out!";
    one.outcome = Outcome::errored;
    one.message = line;
    begin(std::move(one), false);
    flush();
  }

  // The block after a test point, up to "..."; of use for the point's own case only.
  void yaml(std::string_view raw, std::size_t content) {
    const auto text = raw.substr(std::min(content, *yaml_indent_));
    if (text != "..." || content != *yaml_indent_) {
      if (yaml_text_.size() < 2 * kMaxMessage) yaml_text_.append(text.substr(0, 2 * kMaxMessage)).push_back('\n');
      return field(text::trim(text));
    }
    yaml_indent_.reset();
    if (last_ && current().outcome == Outcome::failed) current().message += yaml_text_;
  }

  // Of node, node-tap, tape, ava and vitest: the names that tell a time or a place.
  void field(std::string_view text) {
    if (!last_) return;
    auto& one = current();
    const auto colon = text.find(": ");
    if (colon == std::string_view::npos) return;
    const auto name = text.substr(0, colon);
    auto value = text::trim(text.substr(colon + 2));
    if (value.size() > 1 && (value.front() == '\'' || value.front() == '"') && value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    if (name == "duration_ms") one.duration_s = leading_number(value) / 1000;
    if (name == "type" && value == "suite") is_suite_ = true;
    if (name == "file" && one.file.empty()) one.file = clean(value, kMaxName);
    if (name == "line" && one.line == 0) one.line = text::to_int(value).value_or(0);
    if (name != "location" || !one.file.empty()) return;
    const auto place = split_place(value);
    one.file = clean(place.file, kMaxName);
    one.line = place.line;
  }

  Report report_;
  std::vector<Leaf> cases_;
  bool last_ = false;  // the last case is still open: what follows its point belongs to it
  bool seen_ = false, is_suite_ = false, counts_parents_ = false;
  std::optional<std::int64_t> planned_;
  std::optional<TestPoint> open_[kMaxSubtestDepth + 1];  // points whose brace is open
  std::int64_t points_[kMaxSubtestDepth + 2] = {};       // test points seen at a depth since the last point above it
  std::size_t first_below_[kMaxSubtestDepth + 2] = {};   // index of the first case since then
  std::size_t point_indent_ = std::string_view::npos;
  std::optional<std::size_t> yaml_indent_;
  std::string yaml_text_;
};

}  // namespace

Result<Report> parse_tap(std::string_view text) {
  TapReader reader;
  for (Lines lines(text); lines.next();) reader.line(lines.line);
  return reader.finish();
}

}  // namespace argosy::reports
