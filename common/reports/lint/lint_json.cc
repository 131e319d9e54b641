#include "common/reports/lint/lint_json.h"

#include <algorithm>
#include <utility>

#include "common/core/json.h"

namespace argosy::reports {

void write_json(const LintReport& report, const std::function<void(std::string_view)>& write) {
  const auto count = [&](Severity severity) { return std::ranges::count(report.findings, severity, &Finding::severity); };
  auto head = json::dump(json::Object{{"format", report.format},
                                      {"total", report.findings.size()},
                                      {"errors", count(Severity::error)},
                                      {"warnings", count(Severity::warning)},
                                      {"infos", count(Severity::info)},
                                      {"truncated", report.truncated}});
  head.pop_back();
  write(head + ",\"findings\":[");
  const char* between = "\n";
  for (const auto& one : report.findings)
    write(std::exchange(between, ",\n") + json::dump(json::Object{{"tool", one.tool},
                                                                  {"rule", one.rule},
                                                                  {"severity", to_string(one.severity)},
                                                                  {"file", one.file},
                                                                  {"line", one.line},
                                                                  {"column", one.column},
                                                                  {"message", one.message}}));
  write("]}\n");
}

}  // namespace argosy::reports
