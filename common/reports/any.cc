// Which report is it? What builds and package managers print may stand before and after it.
#include <algorithm>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/report.h"
#include "common/reports/xml_reader.h"

namespace argosy::reports {
namespace {

constexpr std::size_t kLookAhead = 1u << 20;  // where a report begins at the latest

bool is_tap(std::string_view text) {
  bool plan = false, point = false;
  for (Lines lines(text); lines.next();) {
    if (lines.line.starts_with("TAP version 1")) return true;
    plan = plan || (lines.line.starts_with("1..") && lines.line.size() > 3 && lines.line[3] >= '0' && lines.line[3] <= '9');
    point = point || lines.line.starts_with("ok ") || lines.line.starts_with("not ok ");
    if (plan && (point || lines.line.starts_with("1..0"))) return true;
  }
  return false;
}

bool is_go_json(std::string_view text) {
  for (Lines lines(text); lines.next();)
    if (lines.line.starts_with('{') && lines.line.find("\"Action\":\"") != std::string_view::npos &&
        (lines.line.find("\"Package\":\"") != std::string_view::npos || lines.line.find("\"ImportPath\":\"") != std::string_view::npos))
      return true;
  return false;
}

}  // namespace

std::optional<std::size_t> junit_begins(std::string_view text) {
  const auto start = text.substr(0, kLookAhead);
  if (is_utf16(text)) return 0;
  const auto suites = start.find("<testsuite");
  const auto declared = std::min(start.find("<?xml"), start.find("<!DOCTYPE"));
  if (suites == std::string_view::npos && !text::trim(start.substr(0, 64)).starts_with("<")) return std::nullopt;
  return std::min({suites, declared, start.find('<')});
}

Result<Report> parse_any(std::string_view text) {
  if (const auto at = junit_begins(text)) return parse_junit(text.substr(*at));
  const auto start = text.substr(0, kLookAhead);
  if (text::trim(start.substr(0, 64)).starts_with("{") && start.find("\"testResults\"") != std::string_view::npos)
    return parse_jest_json(text);
  if (is_go_json(start)) return parse_go_test_json(text);
  // A plan may stand at the very end.
  if (is_tap(text)) return parse_tap(text);
  return parse_console(text);
}

}  // namespace argosy::reports
