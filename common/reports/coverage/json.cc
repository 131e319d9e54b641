// The JSON of coverage.py (`coverage json`) and of istanbul: coverage-final.json and coverage-summary.json.
#include <fmt/format.h>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/reports/coverage/coverage.h"

namespace argosy::reports {
namespace {

const json::ParseLimits kLimits{.max_bytes = 64u << 20, .max_depth = 64};

std::int64_t whole(const json::Value& value) { return value.is_int() ? value.as_int() : 0; }

// {"executed_lines": [1, 2], "missing_lines": [4], "summary": {"num_branches": 2, "covered_branches": 1}}
void read_python(Coverage& coverage, const std::string& path, const json::Value& entry) {
  auto* file = coverage.file(path);
  if (file == nullptr) return;
  for (const auto& line : entry.array_or_empty("executed_lines")) coverage.hit(*file, whole(line), 1, Coverage::Twice::most);
  for (const auto& line : entry.array_or_empty("missing_lines")) coverage.hit(*file, whole(line), 0, Coverage::Twice::most);
  if (const auto* summary = entry.find("summary"))
    file->branches = {summary->int_or("num_branches", 0), summary->int_or("covered_branches", 0)};
}

// Statements have places and counts; a line ran as often as the busiest statement that begins on it.
void read_istanbul(Coverage& coverage, const std::string& key, const json::Value& entry) {
  auto* file = coverage.file(entry.string_or("path", key));
  const auto *places = entry.find("statementMap"), *counts = entry.find("s");
  if (file == nullptr || !places->is_object() || counts == nullptr || !counts->is_object()) return;
  for (const auto& [id, hits] : counts->as_object()) {
    const auto* place = places->find(id);
    const auto* start = place == nullptr ? nullptr : place->find("start");
    if (start != nullptr) coverage.hit(*file, start->int_or("line", 0), whole(hits), Coverage::Twice::most);
  }
  const auto* branches = entry.find("b");
  if (branches == nullptr || !branches->is_object()) return;
  for (const auto& [id, ways] : branches->as_object()) {
    if (!ways.is_array()) continue;
    for (const auto& taken : ways.as_array()) {
      ++file->branches.total;
      if (whole(taken) > 0) ++file->branches.covered;
    }
  }
}

Share share_of(const json::Value& entry, std::string_view name) {
  const auto* share = entry.find(name);
  return share == nullptr ? Share{} : Share{share->int_or("total", 0), share->int_or("covered", 0)};
}

void read_summary(Coverage& coverage, const std::string& path, const json::Value& entry) {
  if (path == "total") return;
  auto* file = coverage.file(path);
  if (file == nullptr) return;
  file->unnamed = share_of(entry, "lines");
  file->branches = share_of(entry, "branches");
}

}  // namespace

Result<Coverage> parse_coverage_json(std::string_view text) {
  const auto document = json::parse(text, kLimits);
  if (!document) return fail_user("coverage_unreadable", fmt::format("not JSON: {}", document.error().message));
  Coverage coverage;
  const auto* files = document->find("files");
  if (files != nullptr && files->is_object()) {
    coverage.format = "coverage-py-json";
    for (const auto& [path, entry] : files->as_object()) read_python(coverage, path, entry);
    return coverage;
  }
  if (!document->is_object()) return fail_user("coverage_unreadable", "not the JSON of a coverage tool: no object");
  for (const auto& [path, entry] : document->as_object()) {
    const auto* lines = entry.find("lines");
    if (entry.find("statementMap") != nullptr) {
      coverage.format = "istanbul-json";
      read_istanbul(coverage, path, entry);
    } else if (lines != nullptr && lines->find("total") != nullptr) {
      coverage.format = "istanbul-summary";
      read_summary(coverage, path, entry);
    } else {
      return fail_user("coverage_unreadable", "not the JSON of a coverage tool: neither coverage.py's nor istanbul's");
    }
  }
  if (coverage.format.empty()) coverage.format = "istanbul-json";  // nothing was covered: {}
  return coverage;
}

Result<Coverage> parse_coverage(std::string_view text) {
  constexpr std::size_t kLookAhead = 64u << 10;
  const auto start = text::trim(text.substr(0, kLookAhead));
  if (start.starts_with("mode: ")) return parse_go_cover(text.substr(text.find("mode: ")));
  if (start.starts_with("{")) return parse_coverage_json(text);
  if (start.starts_with("<") || start.starts_with("\xEF\xBB\xBF<"))
    return start.find("<report") != std::string_view::npos ? parse_jacoco(text) : parse_cobertura(text);
  if (start.starts_with("TN:") || start.starts_with("SF:") || start.find("\nSF:") != std::string_view::npos) return parse_lcov(text);
  return fail_user("coverage_unreadable", "no coverage report was recognised",
                   "Cobertura, JaCoCo, LCOV, Go's cover profiles and the JSON of coverage.py and istanbul are");
}

}  // namespace argosy::reports
