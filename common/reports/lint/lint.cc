#include "common/reports/lint/lint.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "common/core/text.h"
#include "common/reports/clean_text.h"

namespace argosy::reports {
namespace {

// Numbers count, name and place things that shift: "line 12", "complexity 11".
std::string without_numbers(std::string_view message) {
  std::string out;
  for (const char c : message) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit)
      out += c;
    else if (!out.ends_with('#'))
      out += '#';
  }
  return out;
}

using Identity = std::tuple<std::string, std::string, std::string>;  // file, rule, message

Identity identity_of(const Finding& finding, const std::string& file) { return {file, finding.rule, without_numbers(finding.message)}; }

// Where a line of the base is now; nothing when the change took or replaced it.
std::optional<std::int64_t> line_now(const std::vector<Hunk>& hunks, std::int64_t line) {
  std::int64_t shift = 0;
  for (const auto& hunk : hunks) {
    // A hunk without old lines stands behind the line that it names.
    const auto begin = hunk.old_count == 0 ? hunk.old_line + 1 : hunk.old_line;
    if (line < begin) break;
    if (line < begin + hunk.old_count) return std::nullopt;
    shift += hunk.new_count - hunk.old_count;
  }
  return line + shift;
}

struct Known {
  std::size_t count = 0;
  std::multiset<std::int64_t> lines;  // where they are now
};

std::map<Identity, Known> known_of(const LintReport& base, const LineMap& lines) {
  std::map<std::string, std::string> renamed;
  for (const auto& [path, change] : lines)
    if (!change.old_path.empty() && change.old_path != path) renamed.emplace(change.old_path, path);
  std::map<Identity, Known> known;
  for (const auto& finding : base.findings) {
    const auto name = renamed.find(finding.file);
    const auto& file = name == renamed.end() ? finding.file : name->second;
    auto& one = known[identity_of(finding, file)];
    ++one.count;
    const auto change = lines.find(file);
    const auto now = change == lines.end() ? std::optional(finding.line) : line_now(change->second.hunks, finding.line);
    if (now) one.lines.insert(*now);
  }
  return known;
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      return "info";
  }
  return "warning";
}

void LintReport::add(Finding finding) {
  if (findings.size() >= kMaxFindings) {
    truncated = true;
    return;
  }
  for (auto* text : {&finding.tool, &finding.rule, &finding.file, &finding.message}) *text = clean(text::trim(*text), kMaxFindingText);
  finding.line = std::max<std::int64_t>(finding.line, 0);
  finding.column = std::max<std::int64_t>(finding.column, 0);
  findings.push_back(std::move(finding));
}

void merge(LintReport& into, LintReport other) {
  if (into.format.empty()) into.format = other.format;
  if (into.format != other.format && !other.format.empty()) into.format = "mixed";
  into.truncated = into.truncated || other.truncated;
  for (auto& finding : other.findings) into.add(std::move(finding));
}

void place_findings(LintReport& report, std::string_view root) {
  while (root.size() > 1 && root.ends_with('/')) root.remove_suffix(1);
  for (auto& finding : report.findings) {
    std::string_view path = finding.file;
    if (!root.empty() && path.starts_with(root) && path.size() > root.size() && path[root.size()] == '/')
      path.remove_prefix(root.size() + 1);
    while (path.starts_with("./")) path.remove_prefix(2);
    finding.file = std::string(path);
  }
}

std::vector<Finding> new_findings(const LintReport& base, const LintReport& changed, const LineMap& lines) {
  auto known = known_of(base, lines);
  std::vector<const Finding*> open;  // those that no line of the base explains
  for (const auto& finding : changed.findings) {
    const auto it = known.find(identity_of(finding, finding.file));
    const auto at = it == known.end() ? std::multiset<std::int64_t>::iterator{} : it->second.lines.find(finding.line);
    if (it == known.end() || at == it->second.lines.end()) {
      open.push_back(&finding);
      continue;
    }
    it->second.lines.erase(at);
    --it->second.count;
  }
  std::vector<Finding> added;
  for (const auto* finding : open) {
    const auto it = known.find(identity_of(*finding, finding->file));
    if (it != known.end() && it->second.count > 0)
      --it->second.count;  // it moved
    else
      added.push_back(*finding);
  }
  return added;
}

}  // namespace argosy::reports
