#include "common/reports/report_json.h"

#include <utility>

#include "common/core/json.h"

namespace argosy::reports {
namespace {

json::Object object_of(const Case& one) {
  json::Object object{{"suite", one.suite},
                      {"name", one.name},
                      {"classname", one.classname},
                      {"file", one.file},
                      {"line", one.line},
                      {"status", status_of(one.outcome)},
                      {"duration_s", one.duration_s},
                      {"message", one.message}};
  if (!one.output.empty()) object.append("output", one.output);
  return object;
}

}  // namespace

std::string_view status_of(Outcome outcome) { return outcome == Outcome::errored ? "error" : to_string(outcome); }

void write_json(const Report& report, const std::function<void(std::string_view)>& write) {
  const auto counts = report.counts();
  auto head = json::dump(json::Object{{"format", report.format},
                                      {"tests", counts.total()},
                                      {"passed", counts.passed},
                                      {"failed", counts.failed},
                                      {"errors", counts.errors},
                                      {"skipped", counts.skipped},
                                      {"duration_s", report.duration_s},
                                      {"truncated", report.truncated}});
  head.pop_back();
  write(head + ",\"cases\":[");
  const char* between = "\n";
  for (const auto& one : report.cases) write(std::exchange(between, ",\n") + json::dump(object_of(one)));
  write("]}\n");
}

}  // namespace argosy::reports
