// pytest where anything speaks of it, unittest where tests import that, pytest for bare test functions.
#include <fmt/format.h>

#include <algorithm>

#include "workers/testing/plan.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxRead = 200;  // test files looked into

bool is_test_file(const std::string& file) {
  const auto name = file.substr(file.rfind('/') + 1);
  return name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py") || name == "test.py" || name == "tests.py");
}

bool mentions(const std::string& text, std::string_view word) { return text.find(word) != std::string::npos; }

// Where the repository itself speaks of pytest; empty when it does not.
std::string pytest_evidence(const Tree& tree) {
  for (const char* file : {"pytest.ini", "conftest.py", "tests/conftest.py", "test/conftest.py"})
    if (tree.has(file)) return file;
  const std::pair<const char*, const char*> sections[] = {
      {"pyproject.toml", "pytest"}, {"setup.cfg", "pytest"}, {"tox.ini", "pytest"}, {"setup.py", "pytest"}};
  for (const auto& [file, word] : sections)
    if (tree.has(file) && mentions(tree.read(file), word)) return file;
  for (const auto& file : tree.files)
    if (file.starts_with("requirements") && file.ends_with(".txt") && mentions(tree.read(file), "pytest")) return file;
  return {};
}

Plan pytest_plan(std::string reason) {
  Plan plan{.framework = "pytest", .reason = std::move(reason), .command = {}};
  // xunit1 tells files; -v shows what passed should the time run out; a file that cannot be imported shall not hide the others.
  plan.command = "python3 -m pytest -v --continue-on-collection-errors -o junit_family=xunit1 --junitxml=\"$ARGOSY_REPORT_DIR/junit.xml\"";
  plan.report_file = "junit.xml";
  plan.exit_code_none = 5;
  plan.needs = {{"python3 -c 'import pytest'", "pytest",
                 "install it on the worker (apt-get install python3-pytest), put a site-packages folder that has it into "
                 "ARGOSY_TEST_PATHS, or set test_command"}};
  return plan;
}

Plan unittest_plan(const Tree& tree, std::string reason) {
  Plan plan{.framework = "unittest", .reason = std::move(reason), .command = {}};
  std::string where;
  for (const std::string folder : {"tests", "test"}) {
    const bool there = std::ranges::any_of(tree.files, [&](const std::string& file) { return file.starts_with(folder + "/"); });
    if (!there) continue;
    where = tree.has(folder + "/__init__.py") ? fmt::format(" -t . -s {}", folder) : fmt::format(" -s {}", folder);
    break;
  }
  const bool other_names =
      std::ranges::none_of(tree.files, [](const std::string& file) { return file.substr(file.rfind('/') + 1).starts_with("test"); });
  plan.command = "python3 -m unittest discover -v" + where + (other_names ? " -p '*_test.py'" : "");
  return plan;
}

}  // namespace

std::optional<Plan> plan_python(const Tree& tree) {
  std::vector<std::string> tests;
  std::ranges::copy_if(tree.files, std::back_inserter(tests), is_test_file);
  if (tests.empty()) return std::nullopt;
  bool unittest = false, pytest = false;
  for (std::size_t i = 0; i < std::min(tests.size(), kMaxRead) && !pytest; ++i) {
    const auto text = tree.read(tests[i]);
    pytest = mentions(text, "import pytest") || mentions(text, "from pytest");
    unittest = unittest || mentions(text, "unittest");
  }
  Plan plan;
  if (const auto evidence = pytest_evidence(tree); !evidence.empty())
    plan = pytest_plan(fmt::format("Python tests, and {} speaks of pytest", evidence));
  else if (pytest)
    plan = pytest_plan("Python tests that import pytest");
  else if (unittest)
    plan = unittest_plan(tree, "Python tests that use unittest, and nothing speaks of pytest");
  else
    plan = pytest_plan("Python tests without unittest: plain functions, which pytest runs");
  plan.needs.insert(plan.needs.begin(),
                    {"command -v python3", "Python", "install Python on the worker (apt-get install python3), or set test_command"});
  plan.env.insert({{"PYTHONDONTWRITEBYTECODE", "1"}, {"PYTHONUNBUFFERED", "1"}, {"NO_COLOR", "1"}});
  return plan;
}

}  // namespace argosy::testing
