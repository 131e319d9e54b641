// SARIF 2.1.0: what most analysers can write.
#include <fmt/format.h>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/reports/lint/json_parts.h"
#include "common/reports/lint/lint.h"

namespace argosy::reports {
namespace {

Severity severity_of(std::string_view level) {
  return level == "error" ? Severity::error : level == "note" || level == "none" ? Severity::info : Severity::warning;
}

int hex_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// "file:///srv/a%20b.py" -> "/srv/a b.py"
std::string path_of(std::string_view uri) {
  if (uri.starts_with("file://")) {
    uri.remove_prefix(7);
    if (const auto slash = uri.find('/'); slash != 0 && slash != std::string_view::npos) uri.remove_prefix(slash);  // a host
  }
  std::string path;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    const int high = uri[i] == '%' && i + 2 < uri.size() ? hex_digit(uri[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(uri[i + 2]) : -1;
    if (low >= 0) i += 2;
    path += low >= 0 ? static_cast<char>(high * 16 + low) : uri[i];
  }
  return path;
}

// "{0} is unused" with arguments
std::string filled(std::string text, const json::Array& arguments) {
  for (std::size_t i = 0; i < arguments.size() && i < 10; ++i) {
    const auto place = fmt::format("{{{}}}", i);
    const auto at = text.find(place);
    if (at != std::string::npos && arguments[i].is_string()) text.replace(at, place.size(), arguments[i].as_string());
  }
  return text;
}

class Run {
 public:
  explicit Run(const json::Value& run) : run_(run), driver_(part(part(run, "tool"), "driver")) {
    for (const auto& rule : driver_.array_or_empty("rules")) rules_.emplace(rule.string_or("id", ""), &rule);
  }

  void read(LintReport& report) const {
    for (const auto& result : run_.array_or_empty("results")) {
      const auto kind = result.string_or("kind", "fail");
      if (kind == "pass" || kind == "notApplicable" || result.string_or("baselineState", "") == "absent") continue;
      if (is_suppressed(result)) continue;
      report.add(finding_of(result));
    }
  }

 private:
  static bool is_suppressed(const json::Value& result) {
    for (const auto& one : result.array_or_empty("suppressions"))
      if (const auto status = one.string_or("status", "accepted"); status == "accepted") return true;
    return false;
  }

  const json::Value& rule_of(const json::Value& result) const {
    const auto& reference = part(result, "rule");
    const auto index = result.int_or("ruleIndex", reference.int_or("index", -1));
    const auto& rules = driver_.array_or_empty("rules");
    if (index >= 0 && static_cast<std::size_t>(index) < rules.size()) return rules[static_cast<std::size_t>(index)];
    const auto it = rules_.find(result.string_or("ruleId", reference.string_or("id", "")));
    return it == rules_.end() ? nothing() : *it->second;
  }

  Finding finding_of(const json::Value& result) const {
    const auto& rule = rule_of(result);
    Finding one;
    one.tool = driver_.string_or("name", "");
    one.rule = result.string_or("ruleId", part(result, "rule").string_or("id", rule.string_or("id", "")));
    one.severity = severity_of(result.string_or("level", part(rule, "defaultConfiguration").string_or("level", "warning")));
    const auto& message = part(result, "message");
    auto text = message.string_or("text", "");
    if (text.empty())
      text = part(part(rule, "messageStrings"), message.string_or("id", "")).string_or("text", message.string_or("markdown", ""));
    one.message = filled(std::move(text), message.array_or_empty("arguments"));
    const auto& locations = result.array_or_empty("locations");
    if (locations.empty()) return one;
    const auto& place = part(locations.front(), "physicalLocation");
    one.file = file_of(part(place, "artifactLocation"));
    one.line = part(place, "region").int_or("startLine", 0);
    one.column = part(place, "region").int_or("startColumn", 0);
    return one;
  }

  std::string file_of(const json::Value& artifact) const {
    const auto index = artifact.int_or("index", -1);
    const auto& all = run_.array_or_empty("artifacts");
    const bool by_index = artifact.find("uri") == nullptr && index >= 0 && static_cast<std::size_t>(index) < all.size();
    const auto& location = by_index ? part(all[static_cast<std::size_t>(index)], "location") : artifact;
    const auto uri = location.string_or("uri", "");
    if (uri.starts_with("file:") || uri.starts_with('/')) return path_of(uri);
    const auto base = part(part(run_, "originalUriBaseIds"), location.string_or("uriBaseId", "")).string_or("uri", "");
    return path_of(base + uri);
  }

  const json::Value& run_;
  const json::Value& driver_;
  std::map<std::string, const json::Value*> rules_;
};

}  // namespace

Result<LintReport> parse_sarif(std::string_view text) {
  const auto document = json::parse(text, kLintLimits);
  if (!document) return fail_user("lint_unreadable", fmt::format("not SARIF: {}", document.error().message));
  const auto* runs = document->find("runs");
  if (runs == nullptr || !runs->is_array()) return fail_user("lint_unreadable", "not SARIF: no \"runs\" in it");
  LintReport report;
  report.format = "sarif";
  for (const auto& run : runs->as_array()) Run(run).read(report);
  return report;
}

}  // namespace argosy::reports
