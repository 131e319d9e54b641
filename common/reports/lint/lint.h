// What linters and compilers found: SARIF 2.1.0, the JSON of ruff, flake8, pylint, eslint, golangci-lint and go vet, Checkstyle's XML, and
// lines "file:line:column: text". And which of it is new. Used by the lint gate and the command line. What is read comes from code that
// is not ours: bounded, never throws. Pure, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::reports {

enum class Severity { error, warning, info };
std::string_view to_string(Severity severity);

struct Finding {
  std::string tool;  // ruff, flake8, eslint, ...; "compiler" where lines do not tell
  std::string rule;  // F401, no-undef, -Wformat; may be empty
  Severity severity = Severity::warning;
  std::string file;
  std::int64_t line = 0, column = 0;  // from 1; 0: not known
  std::string message;
};

// Beyond these findings are cut and say so.
inline constexpr std::size_t kMaxFindings = 100'000;
inline constexpr std::size_t kMaxFindingText = 1'000;    // of a message or name
inline constexpr std::size_t kMaxLintBytes = 64u << 20;  // of one file; whoever reads it holds to this

struct LintReport {
  std::string format;  // sarif, ruff-json, flake8-json, pylint-json, eslint-json, golangci-json, go-vet-json, checkstyle, text, json
  std::vector<Finding> findings;
  bool truncated = false;
  void add(Finding finding);
};

// Errors (B): lint_unreadable with the reason. Nothing at all is a report without findings.
Result<LintReport> parse_lint(std::string_view text);
Result<LintReport> parse_sarif(std::string_view text);
Result<LintReport> parse_lint_json(std::string_view text);  // of any of the tools, SARIF too
Result<LintReport> parse_checkstyle(std::string_view xml);
Result<LintReport> parse_lint_text(std::string_view text);

// Adds the findings of `other`.
void merge(LintReport& into, LintReport other);
// Makes paths below `root` (absolute, where the linter saw the tree) relative to it.
void place_findings(LintReport& report, std::string_view root);

// What a change did to a file, as the hunks of its diff say: "@@ -old_line,old_count +new_line,new_count @@".
struct Hunk {
  std::int64_t old_line = 0, old_count = 0, new_line = 0, new_count = 0;
};
struct FileChange {
  std::string old_path;  // where the file was renamed
  std::vector<Hunk> hunks;
};
using LineMap = std::map<std::string, FileChange>;  // by new path; files that are not in it did not change

// The findings of `changed` that `base` does not have. Two are the same when file, rule and message are, whatever numbers the message
// has, and wherever they stand: a finding that moved is not new. Of several that are the same as many are new as were added: those that
// stand where no line of the base went.
std::vector<Finding> new_findings(const LintReport& base, const LintReport& changed, const LineMap& lines);

}  // namespace argosy::reports
