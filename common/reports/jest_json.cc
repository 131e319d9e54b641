// The JSON of jest (--json) and vitest: one entry a test file with its assertions. A file that could not be loaded has none and says why.
#include <fmt/format.h>

#include <algorithm>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/reports/clean_text.h"
#include "common/reports/place.h"
#include "common/reports/report.h"

namespace argosy::reports {
namespace {

const json::ParseLimits kLimits{.max_bytes = 64u << 20, .max_depth = 64};

constexpr double kMaxDuration = 1e9;  // seconds

Outcome outcome_of(const std::string& status) {
  if (status == "passed") return Outcome::passed;
  if (status == "failed") return Outcome::failed;
  return Outcome::skipped;  // pending, skipped, todo, disabled
}

Case case_of(const json::Value& assertion, const std::string& file) {
  Case one;
  std::string suite;
  for (const auto& title : assertion.array_or_empty("ancestorTitles"))
    if (title.is_string() && !title.as_string().empty()) suite += (suite.empty() ? "" : " > ") + title.as_string();
  one.suite = clean(suite, kMaxName);
  one.name = clean(assertion.string_or("title", ""), kMaxName);
  one.file = file;
  one.outcome = outcome_of(assertion.string_or("status", ""));
  const auto* duration = assertion.find("duration");
  if (duration && duration->is_number()) one.duration_s = std::clamp(duration->as_double() / 1000, 0.0, kMaxDuration);
  for (const auto& message : assertion.array_or_empty("failureMessages"))
    if (message.is_string() && one.message.empty()) one.message = clean(message.as_string(), kMaxMessage);
  if (const auto* location = assertion.find("location")) one.line = std::max<std::int64_t>(location->int_or("line", 0), 0);
  locate(one);
  return one;
}

void add_file(Report& report, const json::Value& entry) {
  const auto file = clean(entry.string_or("name", ""), kMaxName);
  bool told = entry.string_or("status", "") != "failed";
  for (const auto& assertion : entry.array_or_empty("assertionResults")) {
    auto one = case_of(assertion, file);
    report.duration_s += one.duration_s;
    told = told || one.outcome == Outcome::failed;
    report.add(std::move(one));
  }
  if (told) return;
  Case one;
  one.name = "(file)";
  one.suite = one.file = file;
  one.outcome = Outcome::errored;
  one.message = clean(text::trim(entry.string_or("message", "")), kMaxMessage);
  locate(one);
  report.add(std::move(one));
}

}  // namespace

Result<Report> parse_jest_json(std::string_view text) {
  const auto document = json::parse(text, kLimits);
  if (!document) return fail_user("report_unreadable", fmt::format("not jest's JSON: {}", document.error().message));
  if (!document->find("testResults")) return fail_user("report_unreadable", "not jest's JSON: no \"testResults\" in it");
  Report report;
  report.format = "jest-json";
  for (const auto& entry : document->array_or_empty("testResults")) add_file(report, entry);
  return report;
}

}  // namespace argosy::reports
