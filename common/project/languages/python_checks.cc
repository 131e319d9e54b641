// Lint, format and coverage of Python, as far as the project speaks of a tool: in its configuration, its lists of dependencies or its
// pre-commit hooks.
#include <fmt/format.h>

#include "common/project/languages/python.h"

namespace argosy::project::python {
namespace {

const std::vector<std::string_view> kEndings{".py", ".pyi"};

// Why the tool is the project's, or nothing.
std::string speaks_of(const Files& files, const std::string& tool, const std::vector<std::string>& own_files) {
  if (const auto file = first_of(files.tree, own_files); !file.empty()) return fmt::format("{} is there", file);
  if (files.pyproject.has_under("tool." + tool)) return fmt::format("pyproject.toml has [tool.{}]", tool);
  for (const auto& [name, sections] : {std::pair{"setup.cfg", &files.setup_cfg}, std::pair{"tox.ini", &files.tox}})
    if (sections->find(tool) != nullptr) return fmt::format("{} has [{}]", name, tool);
  if (files.depends_on(tool)) return fmt::format("the project depends on {}", tool);
  if (names(files.pre_commit, tool)) return fmt::format(".pre-commit-config.yaml runs {}", tool);
  return {};
}

void add_lint(Component& component, const Files& files) {
  if (const auto why = speaks_of(files, "ruff", {"ruff.toml", ".ruff.toml"}); !why.empty()) {
    component.lint.push_back(
        {"ruff",
         why,
         "ruff check --no-cache --exit-zero --output-format=json --output-file=\"$ARGOSY_REPORT_DIR/ruff.json\" {files}",
         "ruff.json",
         "ruff-json",
         {".py", ".pyi"}});
  } else if (const auto because = speaks_of(files, "flake8", {".flake8"}); !because.empty()) {
    component.lint.push_back({"flake8",
                              because,
                              "python3 -m flake8 --exit-zero --output-file=\"$ARGOSY_REPORT_DIR/flake8.txt\" {files}",
                              "flake8.txt",
                              "text",
                              {".py"}});
  }
}

void add_format(Component& component, const Files& files) {
  const bool ruff_formats = files.pyproject.has_under("tool.ruff.format") || mentions(files.pre_commit, "id: ruff-format") ||
                            mentions(first_of(files.tree, {"ruff.toml"}).empty() ? "" : files.tree.read("ruff.toml"), "[format]");
  if (const auto why = speaks_of(files, "black", {}); !why.empty() && !ruff_formats)
    component.format.push_back({"black", why, "python3 -m black -q {files}", {".py", ".pyi"}});
  else if (ruff_formats)
    component.format.push_back({"ruff format", "ruff's own formatter is configured", "ruff format --no-cache {files}", {".py", ".pyi"}});
}

void add_coverage(Component& component, const Files& files) {
  auto& test = component.test;
  if (!component.has_tests()) return;
  if (component.framework == "pytest" && files.depends_on("pytest-cov")) {
    // Two measurements at once disturb each other: where pytest-cov is at home, it does it.
    component.coverage =
        Coverage{"pytest-cov", test.command + " --cov --cov-report=xml:\"$ARGOSY_REPORT_DIR/coverage.xml\"", "coverage.xml", "cobertura"};
    return;
  }
  // Where the project does not say what is its own, everything in its folder is; the files that no test imports count too.
  const bool configured = files.tree.has(".coveragerc") || files.pyproject.has_under("tool.coverage") ||
                          files.setup_cfg.find("coverage:run") != nullptr || files.tox.find("coverage:run") != nullptr;
  const auto rest = std::string_view(test.command).substr(std::string_view("python3 ").size());
  component.coverage = Coverage{"coverage.py",
                                fmt::format("python3 -m coverage run {}{}; tests=$?; python3 -m coverage combine -q 2>/dev/null; "
                                            "python3 -m coverage xml -i -q -o \"$ARGOSY_REPORT_DIR/coverage.xml\"; (exit $tests)",
                                            configured ? "" : "--source=. ", rest),
                                "coverage.xml", "cobertura"};
  test.env["COVERAGE_FILE"] = "$ARGOSY_REPORT_DIR/.coverage";
}

}  // namespace

void add_checks(Component& component, const Files& files) {
  add_lint(component, files);
  add_format(component, files);
  add_coverage(component, files);
  if (component.framework == "pytest" && files.depends_on("pytest-timeout")) component.test.case_timeout = " --timeout={seconds}";
}

std::vector<std::string> extra_tools(const Component& component, const Files& files) {
  std::vector<std::string> tools;
  for (const auto& lint : component.lint)
    if (!files.depends_on(lint.tool)) tools.push_back(lint.tool);
  for (const auto& format : component.format)
    if (format.tool == "black" && !files.depends_on("black")) tools.emplace_back("black");
  if (component.coverage && component.coverage->tool == "coverage.py" && !files.depends_on("coverage")) tools.emplace_back("coverage");
  return tools;
}

}  // namespace argosy::project::python
