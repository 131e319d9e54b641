#include <filesystem>

#include "common/reports/lint/lint_json.h"
#include "workers/cli/tool/commands.h"
#include "workers/cli/tool/input.h"

namespace argosy::cli {
namespace {

Result<reports::LintReport> read(const std::vector<std::string>& paths, std::string_view root) {
  reports::LintReport all;
  for (const auto& path : paths) {
    ARGOSY_TRY(auto input, Input::open(path));
    auto text = input.all(reports::kMaxLintBytes);
    auto report = text ? reports::parse_lint(*text) : std::unexpected(text.error());
    if (!report) return std::unexpected(in_file(input.path(), report.error()));
    reports::place_findings(*report, root);
    reports::merge(all, std::move(*report));
  }
  return all;
}

// As linters write it: whole, without links where it exists.
std::string whole_path(const std::string& root) {
  std::error_code error;
  const auto whole = std::filesystem::weakly_canonical(root, error);
  return error ? root : whole.string();
}

}  // namespace

int parse_lint(const Arguments& arguments) {
  const auto root = arguments.value("--root");
  auto found = read(arguments.positional, root ? whole_path(*root) : "");
  if (!found) return report(found.error(), kUsage);
  if (arguments.has("--base")) {
    const auto base_root = arguments.value("--base-root");
    const auto base = read(arguments.values("--base"), base_root ? whole_path(*base_root) : root ? whole_path(*root) : "");
    if (!base) return report(base.error(), kUsage);
    found->findings = reports::new_findings(*base, *found, {});
  }
  reports::write_json(*found, [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
  return kSucceeded;
}

}  // namespace argosy::cli
