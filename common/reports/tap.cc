// TAP 12-14: plans, directives, bail-out, YAML diagnostics, subtests by indentation (node --test, tape, prove, bats). Leaves are cases;
// a test point that closes a subtest only names it, unless it failed and none of its leaves did.
#include <fmt/format.h>

#include <optional>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/report.h"

namespace argosy::reports {
namespace {

constexpr std::size_t kMaxSubtestDepth = 32;
constexpr std::size_t kIndent = 4;

struct TestPoint {
  bool ok = false;
  std::string_view description, directive, reason;  // directive: "skip", "todo" or empty
};

// "1", "- name", "# SKIP why" after "ok " or "not ok ".
TestPoint test_point(std::string_view rest, bool ok) {
  TestPoint point{ok, {}, {}, {}};
  rest = text::trim(rest);
  while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') rest.remove_prefix(1);
  rest = text::trim(rest);
  if (rest.starts_with("- ")) rest.remove_prefix(2);
  for (std::size_t hash = rest.find('#'); hash != std::string_view::npos; hash = rest.find('#', hash + 1)) {
    if (hash > 0 && rest[hash - 1] == '\\') continue;
    const auto after = text::trim(rest.substr(hash + 1));
    const auto word = text::slug(after.substr(0, 4), 4);
    if (word != "skip" && word != "todo") continue;
    point.directive = word == "skip" ? "skip" : "todo";
    point.reason = after.substr(std::min<std::size_t>(after.find(' '), after.size()));
    rest = rest.substr(0, hash);
    break;
  }
  point.description = text::trim(rest);
  return point;
}

// "\#" and "\\" stand for themselves.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '#' || text[i + 1] == '\\')) ++i;
    out += text[i];
  }
  return out;
}

class TapReader {
 public:
  TapReader() { report_.format = "tap"; }

  void line(std::string_view raw) {
    const auto content = raw.find_first_not_of(' ');
    if (content == std::string_view::npos) return;
    if (yaml_indent_) return yaml(raw, content);
    const auto text = raw.substr(content);
    const std::size_t depth = std::min(content / kIndent, kMaxSubtestDepth);
    if (text.starts_with("ok") && (text.size() == 2 || text[2] == ' ')) return point(depth, test_point(text.substr(2), true));
    if (text.starts_with("not ok") && (text.size() == 6 || text[6] == ' ')) return point(depth, test_point(text.substr(6), false));
    if (text == "---" && content == after_point_indent_) {
      yaml_indent_ = content;
      yaml_text_.clear();
      return;
    }
    if (text.starts_with("1..")) return plan(depth, text.substr(3));
    if (text.starts_with("Bail out!")) return bail_out(text);
    if (text.starts_with("TAP version ")) seen_ = true;
    if (depth == 0 && text.starts_with("# duration_ms ")) report_.duration_s = leading_number(text.substr(14)) / 1000;
  }

  Result<Report> finish() {
    if (!seen_) return fail_user("report_unreadable", "not a TAP report: neither a version, nor a plan with test points in it");
    // A plan that was not kept, or subtests whose closing point never came.
    if (planned_ && points_[0] < *planned_) report_.truncated = true;
    for (std::size_t depth = 1; depth <= kMaxSubtestDepth; ++depth)
      if (points_[depth] > 0) report_.truncated = true;
    if (report_.duration_s == 0)
      for (const auto& one : report_.cases) report_.duration_s += one.duration_s;
    return std::move(report_);
  }

 private:
  void point(std::size_t depth, const TestPoint& point) {
    seen_ = true;
    ++points_[depth];
    after_point_indent_ = depth * kIndent + 2;
    const bool closes = depth < kMaxSubtestDepth && points_[depth + 1] > 0;
    last_is_leaf_ = !closes || close_subtest(depth, point);
    if (last_is_leaf_ && report_.cases.size() >= kMaxCases) {
      report_.truncated = true;
      last_is_leaf_ = false;
    }
    if (last_is_leaf_) add_case(point, points_[depth]);
    // What comes deeper from here on belongs to the next point.
    for (std::size_t below = depth + 1; below <= kMaxSubtestDepth; ++below) {
      points_[below] = 0;
      first_below_[below] = report_.cases.size();
    }
  }

  void add_case(const TestPoint& point, std::int64_t number) {
    Case one;
    one.name = clean(unescaped(point.description), kMaxName);
    if (one.name.empty()) one.name = fmt::format("test {}", number);
    one.outcome = point.directive == "skip" || (point.directive == "todo" && !point.ok) ? Outcome::skipped
                  : point.ok                                                            ? Outcome::passed
                                                                                        : Outcome::failed;
    if (one.outcome == Outcome::skipped) one.message = clean(text::trim(point.reason), kMaxMessage);
    report_.cases.push_back(std::move(one));
  }

  // The point names the leaves below it. True when it is a case of its own: it failed, and no leaf tells why.
  bool close_subtest(std::size_t depth, const TestPoint& point) {
    const auto name = clean(unescaped(point.description), kMaxName);
    bool told = point.ok || !point.directive.empty();
    for (std::size_t i = first_below_[depth + 1]; i < report_.cases.size(); ++i) {
      auto& one = report_.cases[i];
      one.suite = clean(one.suite.empty() ? name : name + " > " + one.suite, kMaxName);
      told = told || one.outcome == Outcome::failed || one.outcome == Outcome::errored;
      if (point.directive == "todo" && one.outcome == Outcome::failed) one.outcome = Outcome::skipped;
    }
    return !told;
  }

  void plan(std::size_t depth, std::string_view rest) {
    if (rest.empty() || rest.front() < '0' || rest.front() > '9') return;
    if (depth != 0) return;
    seen_ = true;
    planned_ = static_cast<std::int64_t>(leading_number(rest));
  }

  void bail_out(std::string_view line) {
    seen_ = true;
    report_.truncated = true;
    Case one;
    one.name = "Bail out!";
    one.outcome = Outcome::errored;
    one.message = clean(line, kMaxMessage);
    report_.cases.push_back(std::move(one));
  }

  // The block after a test point, up to "..."; of use for the point's own case only.
  void yaml(std::string_view raw, std::size_t content) {
    const auto text = raw.substr(std::min(content, *yaml_indent_));
    if (text != "..." || content != *yaml_indent_) {
      if (yaml_text_.size() < 2 * kMaxMessage) yaml_text_.append(text.substr(0, 2 * kMaxMessage)).push_back('\n');
      if (last_is_leaf_) field(text);
      return;
    }
    yaml_indent_.reset();
    after_point_indent_ = std::string_view::npos;
    if (!last_is_leaf_) return;
    auto& one = report_.cases.back();
    if (one.outcome == Outcome::failed) one.message = clean(text::trim(yaml_text_), kMaxMessage);
    // node calls an empty `describe` a test point too.
    if (one.outcome == Outcome::passed && is_suite_) report_.cases.pop_back();
    is_suite_ = false;
  }

  void field(std::string_view text) {
    auto& one = report_.cases.back();
    if (text.starts_with("duration_ms: ")) one.duration_s = leading_number(text.substr(13)) / 1000;
    if (text == "type: 'suite'") is_suite_ = true;
    if (text.starts_with("location: '")) one.file = clean(text.substr(11, text.rfind('\'') - 11), kMaxName);
  }

  Report report_;
  bool seen_ = false, last_is_leaf_ = false, is_suite_ = false;
  std::optional<std::int64_t> planned_;
  std::int64_t points_[kMaxSubtestDepth + 2] = {};      // test points seen at a depth since the last point above it
  std::size_t first_below_[kMaxSubtestDepth + 2] = {};  // index of the first case since then
  std::size_t after_point_indent_ = std::string_view::npos;
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
