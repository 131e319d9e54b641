#include "common/llm/check/checked.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "common/core/file.h"

namespace argosy::llm {

std::string checked_path(const std::string& models_path) {
  return std::filesystem::path(models_path).replace_extension(".checked.json").string();
}

Result<std::vector<CheckReport>> read_checked(const std::string& models_path) {
  if (models_path.empty()) return std::vector<CheckReport>();
  const auto path = checked_path(models_path);
  const auto bytes = read_file(path, kMaxCheckedBytes);
  if (!bytes && bytes.error().code == "file_not_found") return std::vector<CheckReport>();
  const auto unreadable = [&](const std::string& why) {
    return fail_user("checks_unreadable", fmt::format("{}: {}", path, why), "remove the file, and check the models again");
  };
  if (!bytes) return unreadable(bytes.error().message);
  const auto value = json::parse(*bytes, {.max_bytes = kMaxCheckedBytes});
  if (!value) return unreadable(value.error().message);
  std::vector<CheckReport> reports;
  for (const auto& one : value->array_or_empty("models"))
    if (auto report = report_from_json(one)) reports.push_back(std::move(*report));
  return reports;
}

Result<void> write_checked(const std::string& models_path, const CheckReport& found) {
  if (!found.shows_the_model()) return {};
  CheckReport report = found;
  std::erase_if(report.findings, [](const Finding& finding) { return finding.verdict.not_the_model; });
  ARGOSY_TRY(auto reports, read_checked(models_path));
  const auto old = std::ranges::find(reports, report.name, &CheckReport::name);
  if (old == reports.end()) {
    reports.push_back(std::move(report));
  } else {
    *old = std::move(report);
  }
  json::Array all;
  for (const auto& one : reports) all.emplace_back(report_json(one));
  return write_file_atomic(checked_path(models_path), json::dump_pretty(json::Object{{"models", std::move(all)}}) + "\n");
}

}  // namespace argosy::llm
