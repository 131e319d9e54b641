// Lines "file:line:column: text", as compilers, flake8, ruff, pylint, go vet, golangci-lint, mypy and eslint's unix formatter print them,
// and Checkstyle's XML.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/lint/lint.h"
#include "common/reports/xml_reader.h"

namespace argosy::reports {
namespace {

constexpr std::size_t kMaxLine = 16u << 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// The number and the separator at the start of `rest` are taken, if they are there.
std::optional<std::int64_t> take_number(std::string_view& rest, std::string_view ends) {
  std::size_t size = 0;
  while (size < rest.size() && is_digit(rest[size])) ++size;
  if (size == 0 || size > 9 || size >= rest.size() || ends.find(rest[size]) == std::string_view::npos) return std::nullopt;
  const auto number = text::to_int(rest.substr(0, size));
  rest.remove_prefix(size + 1);
  return number;
}

// "path:12:3: text", "path:12: text", tsc's "path(12,3): text"
bool take_place(std::string_view& line, Finding& finding) {
  for (auto at = line.find_first_of(":("); at != std::string_view::npos && at < 1'000; at = line.find_first_of(":(", at + 1)) {
    if (at == 0) continue;
    auto rest = line.substr(at + 1);
    const bool bracket = line[at] == '(';
    const auto number = take_number(rest, bracket ? "," : ":");
    if (!number || *number == 0) continue;
    auto after = rest;
    const auto column = take_number(after, bracket ? ")" : ":");
    if (column) rest = after;
    if (bracket && (!column || !rest.starts_with(":"))) continue;
    if (bracket) rest.remove_prefix(1);
    if (!rest.starts_with(' ') && !rest.starts_with('\t')) continue;
    finding.file = std::string(line.substr(0, at));
    finding.line = *number;
    finding.column = column.value_or(0);
    line = text::trim(rest);
    return true;
  }
  return false;
}

void take_severity(std::string_view& text, Finding& finding) {
  static constexpr std::pair<std::string_view, Severity> kWords[] = {
      {"fatal error", Severity::error}, {"error", Severity::error}, {"Error", Severity::error}, {"warning", Severity::warning},
      {"Warning", Severity::warning},   {"note", Severity::info},   {"info", Severity::info}};
  for (const auto& [word, severity] : kWords) {
    if (!text.starts_with(word) || text.size() <= word.size() || (text[word.size()] != ':' && text[word.size()] != ' ')) continue;
    finding.severity = severity;
    finding.tool = "compiler";
    text = text::trim(text.substr(word.size() + 1));
    return;
  }
}

// "F401 text", "W0301: text (symbol)", "TS2304: text"
bool take_code(std::string_view& text, Finding& finding) {
  std::size_t letters = 0, end = 0;
  while (letters < text.size() && is_upper(text[letters])) ++letters;
  end = letters;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (letters == 0 || letters > 5 || end - letters < 2 || end - letters > 5 || end >= text.size()) return false;
  const bool colon = text[end] == ':';
  if (!colon && text[end] != ' ') return false;
  finding.rule = std::string(text.substr(0, end));
  text = text::trim(text.substr(end + 1));
  if (finding.rule.starts_with("TS")) {
    finding.tool = "tsc";
  } else if (colon) {
    finding.tool = "pylint";
    ++finding.column;  // its own begin at 0
    const char kind = finding.rule.front();
    finding.severity = kind == 'E' || kind == 'F' ? Severity::error : kind == 'W' ? Severity::warning : Severity::info;
  } else {
    finding.tool = text.starts_with("[*] ") ? "ruff" : "flake8";
    if (text.starts_with("[*] ")) text.remove_prefix(4);
    if (finding.rule.starts_with("F") || finding.rule.starts_with("E9")) finding.severity = Severity::error;
  }
  return true;
}

// "text (symbol)" of pylint and golangci-lint, "text [-Wformat]" of compilers, "text [Error/no-var]" of eslint, "text  [arg-type]" of mypy
void take_suffix(std::string_view& text, Finding& finding) {
  const bool round = text.ends_with(')'), square = text.ends_with(']');
  const auto open = text.rfind(round ? '(' : '[');
  if ((!round && !square) || open == std::string_view::npos || open == 0) return;
  auto name = text.substr(open + 1, text.size() - open - 2);
  const bool plain = !name.empty() && name.find_first_of(" '\"(),") == std::string_view::npos;
  const bool go = finding.file.ends_with(".go");
  if (square && (name.starts_with("Error") || name.starts_with("Warning"))) {
    finding.tool = "eslint";
    finding.severity = name.starts_with("Error") ? Severity::error : Severity::warning;
    const auto slash = name.find('/');
    finding.rule = slash == std::string_view::npos ? "" : std::string(name.substr(slash + 1));
  } else if (square && plain && (name.starts_with("-W") || finding.tool == "compiler")) {
    finding.rule = std::string(name);
    if (finding.file.ends_with(".py") || finding.file.ends_with(".pyi")) finding.tool = "mypy";
  } else if (round && plain && (finding.tool == "pylint" || (go && finding.rule.empty()))) {
    if (go) finding.tool = "golangci-lint";
    finding.rule = std::string(name);
  } else {
    return;
  }
  text = text::trim(text.substr(0, open));
}

// What tools print that found nothing, or beside what they found.
bool is_small_talk(std::string_view line) {
  for (const std::string_view start : {"#", "All checks passed", "Found ", "0 issues", "Success: ", "*************",
                                       "Your code has been rated", "-----", "[*] ", "No fixes available", "0 problems"})
    if (line.starts_with(start)) return true;
  return line.empty();
}

bool read_line(std::string_view line, LintReport& report) {
  Finding finding;
  constexpr std::string_view kBroken = "vet: ";  // the package does not compile
  if (line.starts_with(kBroken)) {
    finding.severity = Severity::error;
    line.remove_prefix(kBroken.size());
  }
  if (!take_place(line, finding)) return false;
  if (finding.file.find("://") != std::string::npos || finding.file.find('\0') != std::string::npos) return false;
  take_severity(line, finding);
  // Notes explain the finding before them.
  if (finding.severity == Severity::info && finding.tool == "compiler") return true;
  take_code(line, finding);
  take_suffix(line, finding);
  if (finding.tool.empty()) finding.tool = finding.file.ends_with(".go") ? "go vet" : "compiler";
  finding.message = std::string(line);
  if (finding.file.starts_with("./")) finding.file.erase(0, 2);
  report.add(std::move(finding));
  return true;
}

class CheckstyleReader {
 public:
  void start(std::string_view name, const XmlHandler::Attributes& attributes) {
    if (name == "checkstyle") seen = true;
    if (name == "file") file_ = attribute(attributes, "name");
    if (name != "error") return;
    Finding finding;
    finding.file = file_;
    finding.line = text::to_int(attribute(attributes, "line")).value_or(0);
    finding.column = text::to_int(attribute(attributes, "column")).value_or(0);
    finding.message = attribute(attributes, "message");
    const auto severity = attribute(attributes, "severity");
    finding.severity = severity == "error"                          ? Severity::error
                       : severity == "info" || severity == "ignore" ? Severity::info
                                                                    : Severity::warning;
    constexpr std::string_view kEslint = "eslint.rules.";
    const auto source = attribute(attributes, "source");
    const bool eslint = source.starts_with(kEslint);
    finding.tool = eslint ? "eslint" : "checkstyle";
    finding.rule = std::string(eslint ? source.substr(kEslint.size()) : source.substr(source.rfind('.') + 1));
    // eslint repeats its rule there.
    if (const auto again = fmt::format(" ({})", finding.rule); eslint && finding.message.ends_with(again))
      finding.message.resize(finding.message.size() - again.size());
    report.add(std::move(finding));
  }

  LintReport report;
  bool seen = false;

 private:
  std::string file_;
};

}  // namespace

Result<LintReport> parse_lint_text(std::string_view text) {
  LintReport report;
  report.format = "text";
  bool talked_only = true;
  for (Lines lines(text); lines.next();) {
    const auto line = without_colours(lines.line.substr(0, kMaxLine));
    if (!is_small_talk(line) && !read_line(line, report)) talked_only = false;
  }
  // ruff writes its lines as flake8 does, and marks those that it can mend.
  if (std::ranges::find(report.findings, "ruff", &Finding::tool) != report.findings.end())
    for (auto& finding : report.findings)
      if (finding.tool == "flake8") finding.tool = "ruff";
  if (report.findings.empty() && !talked_only)
    return fail_user("lint_unreadable", "no finding was recognised", "let the linter write SARIF or its JSON");
  return report;
}

Result<LintReport> parse_checkstyle(std::string_view xml) {
  CheckstyleReader reader;
  reader.report.format = "checkstyle";
  const XmlHandler handler{[&](std::string_view name, const XmlHandler::Attributes& attributes) { reader.start(name, attributes); },
                           [](std::string_view) {}, [](std::string_view) {}};
  const auto problem = read_xml(source_of(xml), handler);
  if (!reader.seen || problem.starts_with("a document type"))
    return fail_user("lint_unreadable", fmt::format("not Checkstyle's XML: {}", problem.empty() ? "no such element" : problem));
  reader.report.truncated = reader.report.truncated || !problem.empty();
  return std::move(reader.report);
}

Result<LintReport> parse_lint(std::string_view text) {
  const auto start = text::trim(text.substr(0, 64u << 10));
  if (start.starts_with("<") || start.starts_with("\xEF\xBB\xBF<")) return parse_checkstyle(text);
  const auto inside = start.starts_with('[') ? text::trim(start.substr(1)) : std::string_view{};
  if (start.starts_with('{') || inside.starts_with('{') || inside == "]") return parse_lint_json(text);
  // Older go vet -json begins with the name of the package.
  if (start.starts_with("# ") && start.find("\n{") != std::string_view::npos) return parse_lint_json(text);
  return parse_lint_text(text);
}

}  // namespace argosy::reports
