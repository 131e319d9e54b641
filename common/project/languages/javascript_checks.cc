// eslint and prettier, where the project configures them.
#include <fmt/format.h>

#include "common/project/languages/javascript.h"

namespace argosy::project::javascript {
namespace {

const std::vector<std::string> kScripts{".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"};

// The file that configures the tool, by the start of its name; package.json when it has the key.
std::string configured_by(const Package& package, const std::vector<std::string>& starts, std::string_view key) {
  for (const auto& file : package.tree.files)
    for (const auto& start : starts)
      if (file.starts_with(start) && file.find('/') == std::string::npos) return file;
  return package.json.find(key) == nullptr ? std::string() : "package.json";
}

}  // namespace

void add_checks(Component& component, const Package& package) {
  if (const auto file = configured_by(package, {".eslintrc", "eslint.config."}, "eslintConfig"); !file.empty()) {
    component.lint.push_back(
        {"eslint", fmt::format("{} configures it", file),
         "eslint --no-error-on-unmatched-pattern --format json --output-file \"$ARGOSY_REPORT_DIR/eslint.json\" {files}", "eslint.json",
         "eslint-json", kScripts});
  }
  const auto file = configured_by(package, {".prettierrc", "prettier.config."}, "prettier");
  if (file.empty() && !package.depends_on("prettier")) return;
  auto endings = kScripts;
  endings.insert(endings.end(), {".json", ".css", ".scss", ".md", ".yml", ".yaml", ".html", ".vue", ".svelte"});
  component.format.push_back({"prettier", file.empty() ? "package.json depends on it" : fmt::format("{} configures it", file),
                              "prettier --write --ignore-unknown --log-level warn {files}", std::move(endings)});
}

}  // namespace argosy::project::javascript
