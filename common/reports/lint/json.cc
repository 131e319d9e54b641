// The JSON of single tools, told apart by its shape.
#include <fmt/format.h>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/lint/json_parts.h"
#include "common/reports/lint/lint.h"
#include "common/reports/place.h"

namespace argosy::reports {
namespace {

Severity severity_of(std::string_view word) {
  for (const std::string_view name : {"error", "fatal", "high", "critical", "blocker"})
    if (word == name) return Severity::error;
  for (const std::string_view name : {"info", "note", "convention", "refactor", "low", "style"})
    if (word == name) return Severity::info;
  return Severity::warning;
}

// ruff: {"code": "F401", "filename", "location": {"row", "column"}, "message"}; without a code the file could not be parsed.
Finding ruff(const json::Value& one) {
  const auto code = one.string_or("code", "");
  const bool broken = code.empty() || code == "invalid-syntax";
  const auto& place = part(one, "location");
  return {"ruff",
          broken ? "invalid-syntax" : code,
          broken ? Severity::error : severity_of(one.string_or("severity", "warning")),
          one.string_or("filename", ""),
          place.int_or("row", 0),
          place.int_or("column", 0),
          one.string_or("message", "")};
}

// pylint: {"type": "warning", "symbol", "path", "line", "column", "message"}; its columns begin at 0.
Finding pylint(const json::Value& one) {
  return {"pylint",
          one.string_or("symbol", one.string_or("message-id", "")),
          severity_of(one.string_or("type", "")),
          one.string_or("path", ""),
          one.int_or("line", 0),
          one.int_or("column", -1) + 1,
          one.string_or("message", "")};
}

// flake8-json: {"a.py": [{"code", "filename", "line_number", "column_number", "text"}]}
Finding flake8(const json::Value& one, const std::string& file) {
  const auto code = one.string_or("code", "");
  const bool grave = code.starts_with("F") || code.starts_with("E9");
  return {"flake8",
          code,
          grave ? Severity::error : Severity::warning,
          one.string_or("filename", file),
          one.int_or("line_number", 0),
          one.int_or("column_number", 0),
          one.string_or("text", "")};
}

// eslint: {"filePath", "messages": [{"ruleId", "severity": 2, "message", "line", "column"}]}
void eslint(LintReport& report, const json::Value& file) {
  for (const auto& one : file.array_or_empty("messages"))
    report.add({"eslint", one.string_or("ruleId", ""), one.int_or("severity", 1) >= 2 ? Severity::error : Severity::warning,
                file.string_or("filePath", ""), one.int_or("line", 0), one.int_or("column", 0), one.string_or("message", "")});
}

// golangci-lint: {"Issues": [{"FromLinter", "Text", "Severity", "Pos": {"Filename", "Line", "Column"}}]}
void golangci(LintReport& report, const json::Value& issues) {
  if (!issues.is_array()) return;  // null: none
  for (const auto& one : issues.as_array()) {
    const auto& place = part(one, "Pos");
    report.add({"golangci-lint", one.string_or("FromLinter", ""), severity_of(one.string_or("Severity", "")),
                place.string_or("Filename", ""), place.int_or("Line", 0), place.int_or("Column", 0), one.string_or("Text", "")});
  }
}

// go vet -json: {"package": {"printf": [{"posn": "/srv/a.go:6:14", "message"}]}}; an analyser that failed has {"error": "..."}.
void go_vet(LintReport& report, const json::Value& analysers) {
  for (const auto& [rule, found] : analysers.as_object()) {
    if (!found.is_array()) {
      report.add({"go vet", rule, Severity::error, "", 0, 0, found.string_or("error", "")});
      continue;
    }
    for (const auto& one : found.as_array()) {
      const auto position = one.string_or("posn", "");
      const auto place = split_place(position);
      const auto column = text::to_int(std::string_view(position).substr(position.rfind(':') + 1)).value_or(0);
      report.add({"go vet", rule, Severity::warning, std::string(place.file), place.line, column, one.string_or("message", "")});
    }
  }
}

bool read_array(LintReport& report, const json::Array& all) {
  report.format = "json";
  for (const auto& one : all) {
    if (one.find("filePath") != nullptr && one.find("messages") != nullptr) {
      report.format = "eslint-json";
      eslint(report, one);
    } else if (one.find("filename") != nullptr && one.find("location") != nullptr) {
      report.format = "ruff-json";
      report.add(ruff(one));
    } else if (one.find("path") != nullptr && one.find("type") != nullptr) {
      report.format = "pylint-json";
      report.add(pylint(one));
    } else {
      return false;
    }
  }
  return true;
}

bool read_object(LintReport& report, const json::Value& document) {
  if (const auto* issues = document.find("Issues")) {
    report.format = "golangci-json";
    golangci(report, *issues);
    return true;
  }
  if (document.find("messages") != nullptr && document.find("statistics") != nullptr) {
    report.format = "pylint-json";
    for (const auto& one : document.array_or_empty("messages")) report.add(pylint(one));
    return true;
  }
  if (report.format.empty()) report.format = "json";
  for (const auto& [key, value] : document.as_object()) {
    if (value.is_array()) {
      report.format = "flake8-json";
      for (const auto& one : value.as_array()) {
        if (one.find("line_number") == nullptr) return false;
        report.add(flake8(one, key));
      }
    } else if (value.is_object()) {
      report.format = "go-vet-json";
      go_vet(report, value);
    } else {
      return false;
    }
  }
  return true;
}

// go vet writes an object a package, with "# package" between them.
std::vector<std::string> documents(std::string_view text) {
  std::vector<std::string> all(1);
  for (Lines lines(text); lines.next();) {
    if (lines.line.starts_with('#') && text::trim(all.back()).empty()) continue;
    all.back().append(lines.line).push_back('\n');
    if (lines.line == "}") all.emplace_back();
  }
  if (text::trim(all.back()).empty() && all.size() > 1) all.pop_back();
  return all;
}

}  // namespace

Result<LintReport> parse_lint_json(std::string_view text) {
  LintReport report;
  for (const auto& piece : documents(text)) {
    const auto document = json::parse(piece, kLintLimits);
    if (!document) return fail_user("lint_unreadable", fmt::format("not JSON: {}", document.error().message));
    if (document->find("runs") != nullptr) return parse_sarif(text);
    const bool known =
        document->is_array() ? read_array(report, document->as_array()) : document->is_object() && read_object(report, *document);
    if (!known) return fail_user("lint_unreadable", "not the JSON of a linter that is known");
  }
  return report;
}

}  // namespace argosy::reports
