#include "workers/testing/gates/settings.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/project/detect.h"

namespace argosy::testing {
namespace {

using Words = std::span<const std::string_view>;

// In small letters: file names.
constexpr auto kLint = std::to_array<std::string_view>({"ruff.toml", ".ruff.toml", "pyproject.toml", "setup.cfg", "tox.ini", ".flake8",
                                                        ".pylintrc", "pylintrc", ".eslintrc", ".eslintignore", "eslint.config.",
                                                        "package.json", ".golangci.", "checkstyle", "suppressions.xml", ".editorconfig"});
constexpr auto kCoverage = std::to_array<std::string_view>({".coveragerc", ".nycrc", "nyc.config.", ".c8rc"});
constexpr auto kSections = std::to_array<std::string_view>({"pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini", ".pytest.ini"});
constexpr auto kPrograms = std::to_array<std::string_view>({"vitest.config.", "vitest.workspace.", "vite.config.", "jest.config."});
constexpr std::string_view kPackage = "package.json", kPom = "pom.xml";

bool begins_with_one(const std::string& path, Words beginnings) {
  const auto name = project::file_name(path);
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return name.starts_with(beginning); });
}

bool speaks_of_coverage(std::string_view text) { return text::lower(text).contains("coverage"); }

// Sections of coverage.py, and lines anywhere that hand pytest an option of its coverage plug-in.
std::string of_sections(std::string_view text) {
  std::string kept;
  bool inside = false;
  for (const auto raw : text::lines(text)) {
    const auto line = text::trim(raw);
    if (line.starts_with('#') || line.starts_with(';') || line.empty()) continue;
    if (line.starts_with('[') && line.ends_with(']')) inside = speaks_of_coverage(line);
    if (inside || line.contains("--cov") || line.contains("--no-cov") || line.contains("tool.coverage")) kept.append(line) += '\n';
  }
  return kept;
}

// The tools' own keys, and the scripts that call them.
std::string of_package(std::string_view text) {
  const auto parsed = json::parse(text);
  if (!parsed || !parsed->is_object()) return std::string(text);
  std::string kept;
  for (const char* key : {"nyc", "c8", "jest", "vitest", "ava"})
    if (const auto* value = parsed->find(key)) kept += std::string(key) + json::dump(*value);
  if (const auto* scripts = parsed->find("scripts"); scripts != nullptr && scripts->is_object())
    for (const auto& [name, command] : scripts->as_object()) {
      const auto said = json::dump(command);
      if (said.contains("nyc ") || said.contains("c8 ") || speaks_of_coverage(said)) kept += name + said;
    }
  return kept;
}

// JaCoCo's plug-in, whole, and every other line that names it.
std::string of_pom(std::string_view text) {
  constexpr std::string_view kBegin = "<plugin>", kEnd = "</plugin>", kTool = "jacoco";
  std::string kept;
  for (auto at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at + 1)) {
    const auto one = text.substr(at, std::min(text.find(kEnd, at), text.size()) - at);
    if (one.contains(kTool)) kept.append(one);
  }
  for (const auto line : text::lines(text))
    if (line.contains(kTool)) kept.append(text::trim(line));
  return kept;
}

}  // namespace

bool is_lint_config(const std::string& path) { return begins_with_one(path, kLint); }

bool is_coverage_config(const std::string& path) { return begins_with_one(path, kCoverage); }

bool may_hold_coverage_settings(const std::string& path) {
  const auto name = project::file_name(path);
  return name == kPackage || name == kPom || std::ranges::find(kSections, name) != kSections.end() || begins_with_one(path, kPrograms);
}

std::string coverage_settings(const std::string& path, std::string_view text) {
  const auto name = project::file_name(path);
  if (name == kPackage) return of_package(text);
  if (name == kPom) return of_pom(text);
  if (begins_with_one(path, kPrograms)) return speaks_of_coverage(text) ? std::string(text) : "";
  return of_sections(text);
}

}  // namespace argosy::testing
