// pytest where anything speaks of it, unittest where tests import that, pytest for bare test functions.
#include "common/project/languages/python.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::project {
namespace python {
namespace {

constexpr std::size_t kMaxRead = 200;  // test files looked into

bool is_requirements_file(const std::string& file) {
  const auto name = file_name(file);
  const auto folder = folder_of(file);
  const bool named = name.find("requirements") != std::string_view::npos;
  if (!name.ends_with(".txt")) return false;
  return (folder.empty() && named) || folder == "requirements" || folder == "reqs" || ((folder == "tests" || folder == "test") && named);
}

// What is only for documents, releases or other systems does not help the tests.
bool helps_tests(const std::string& file) {
  const auto name = file_name(file);
  for (const std::string_view other : {"doc", "release", "publish", "win", "mac", "lint", "gpu", "cuda", "prod-", "deploy", "lock"})
    if (mentions(name, other)) return false;
  return true;
}

bool is_for_development(const std::string& file) {
  for (const std::string_view word : {"test", "dev", "ci"})
    if (mentions(file, word)) return true;
  return false;
}

// The evidence that the project itself speaks of pytest; no file when it does not.
Evidence pytest_evidence(const Files& files) {
  const auto& tree = files.tree;
  for (const char* file : {"pytest.ini", ".pytest.ini", "conftest.py", "tests/conftest.py", "test/conftest.py"})
    if (tree.has(file)) return {file, "is there"};
  if (files.pyproject.has_under("tool.pytest")) return {"pyproject.toml", "has a section for pytest"};
  const std::pair<const char*, bool> mentioned[] = {
      {"pyproject.toml", mentions(tree.has("pyproject.toml") ? tree.read("pyproject.toml") : "", "pytest")},
      {"setup.cfg", mentions(tree.has("setup.cfg") ? tree.read("setup.cfg") : "", "pytest")},
      {"tox.ini", mentions(files.tox_text, "pytest")},
      {"setup.py", mentions(files.setup_py, "pytest")}};
  for (const auto& [file, there] : mentioned)
    if (there) return {file, "speaks of pytest"};
  for (const auto& file : files.requirements)
    if (mentions(tree.read(file), "pytest")) return {file, "lists pytest"};
  if (tree.has("Pipfile") && mentions(tree.read("Pipfile"), "pytest")) return {"Pipfile", "lists pytest"};
  return {};
}

void use_pytest(Component& component, std::string reason) {
  component.framework = "pytest";
  auto& test = component.test;
  test.runner = "pytest";
  test.reason = std::move(reason);
  // xunit1 tells files; -v shows what passed should the time run out; a file that cannot be imported shall not hide the others.
  test.command = "python3 -m pytest -v --continue-on-collection-errors -o junit_family=xunit1 --junitxml=\"$ARGOSY_REPORT_DIR/junit.xml\"";
  test.report_file = "junit.xml";
  test.exit_code_none = 5;
  test.some_files = test.command + " {files}";
  test.one_case = test.command + " {node}";
  component.needs.push_back({"python3 -c 'import pytest'", "pytest",
                             "install it on the worker (apt-get install python3-pytest), put a site-packages folder that has it into "
                             "ARGOSY_TEST_PATHS, or set test_command"});
}

void use_unittest(Component& component, const Tree& tree, std::string reason) {
  component.framework = "unittest";
  auto& test = component.test;
  test.runner = "unittest";
  test.reason = std::move(reason);
  std::string where;
  for (const std::string folder : {"tests", "test"}) {
    if (!tree.has_below(folder)) continue;
    where = tree.has(folder + "/__init__.py") ? fmt::format(" -t . -s {}", folder) : fmt::format(" -s {}", folder);
    break;
  }
  const bool other_names = std::ranges::none_of(tree.files, [](const std::string& file) { return file_name(file).starts_with("test"); });
  test.command = "python3 -m unittest discover -v" + where + (other_names ? " -p '*_test.py'" : "");
  test.some_files = "python3 -m unittest -v {files}";
  test.one_case = "python3 -m unittest -v {dotted}";
}

// manage.py's tests need Django's own runner; pytest-django takes over where pytest is spoken of.
bool use_django(Component& component, const Files& files) {
  if (!files.tree.has("manage.py") || !mentions(files.tree.read("manage.py"), "DJANGO_SETTINGS_MODULE")) return false;
  use_unittest(component, files.tree, "Python tests of a Django project: manage.py test");
  component.framework = "django";
  component.evidence.push_back({"manage.py", "is Django's"});
  component.test.command = "python3 manage.py test -v 2 --noinput";
  component.test.some_files = {};
  component.test.one_case = component.test.command + " {dotted}";
  return true;
}

void choose_framework(Component& component, const Files& files, const std::vector<std::string>& tests) {
  std::string unittest, pytest;
  for (std::size_t i = 0; i < std::min(tests.size(), kMaxRead) && pytest.empty(); ++i) {
    const auto text = files.tree.read(tests[i]);
    if (mentions(text, "import pytest") || mentions(text, "from pytest")) pytest = tests[i];
    if (unittest.empty() && mentions(text, "unittest")) unittest = tests[i];
    if (unittest.empty() && mentions(text, "django.test")) unittest = tests[i];
  }
  if (const auto evidence = pytest_evidence(files); !evidence.file.empty()) {
    component.evidence.push_back(evidence);
    use_pytest(component, fmt::format("Python tests, and {} speaks of pytest", evidence.file));
  } else if (!pytest.empty()) {
    component.evidence.push_back({pytest, "imports pytest"});
    use_pytest(component, "Python tests that import pytest");
  } else if (!use_django(component, files)) {
    if (!unittest.empty()) {
      component.evidence.push_back({unittest, "uses unittest"});
      use_unittest(component, files.tree, "Python tests that use unittest, and nothing speaks of pytest");
    } else {
      component.evidence.push_back({tests.front(), "is a test file without unittest"});
      use_pytest(component, "Python tests without unittest: plain functions, which pytest runs");
    }
  }
}

std::string wanted_version(const Files& files) {
  if (auto line = first_line(files.tree, ".python-version"); !line.empty()) return line;
  if (auto text = files.pyproject.value("project", "requires-python"); !text.empty())
    return strings_of(text).empty() ? text : strings_of(text).front();
  if (auto text = strings_of(files.pyproject.value("tool.poetry.dependencies", "python")); !text.empty()) return text.front();
  if (auto text = files.setup_cfg.value("options", "python_requires"); !text.empty()) return text;
  const auto at = files.setup_py.find("python_requires");
  if (at == std::string::npos) return {};
  const auto quotes = strings_of(std::string_view(files.setup_py).substr(at, 80));
  return quotes.empty() ? std::string() : quotes.front();
}

std::string text_of(const Tree& tree, const std::string& file) { return tree.has(file) ? tree.read(file) : std::string(); }

}  // namespace

Files::Files(const Tree& from)
    : tree(from),
      setup_py(text_of(from, "setup.py")),
      tox_text(text_of(from, "tox.ini")),
      pre_commit(text_of(from, ".pre-commit-config.yaml")),
      pyproject(text_of(from, "pyproject.toml")),
      setup_cfg(text_of(from, "setup.cfg")),
      tox(tox_text) {
  for (const auto& file : tree.files)
    if (is_requirements_file(file) && helps_tests(file)) requirements.push_back(file);
  std::ranges::sort(requirements, {}, [](const std::string& file) { return std::pair(is_for_development(file), file); });
  for (const auto& file : requirements) required += tree.read(file) + "\n";
}

bool Files::depends_on(std::string_view package) const {
  if (names(required, package) || names(setup_py, package) || names(tox_text, package)) return true;
  const auto is_listed = [&](const Section& section) {
    const bool lists = section.name == "project" || section.name.starts_with("project.optional-dependencies") ||
                       section.name == "dependency-groups" || section.name.starts_with("tool.poetry") ||
                       section.name.starts_with("tool.uv") || section.name.starts_with("tool.pdm") ||
                       section.name.starts_with("tool.hatch") || section.name.starts_with("options");
    return lists &&
           std::ranges::any_of(section.values, [&](const auto& value) { return value.first == package || names(value.second, package); });
  };
  return std::ranges::any_of(pyproject.all(), is_listed) || std::ranges::any_of(setup_cfg.all(), is_listed) ||
         (tree.has("Pipfile") && names(tree.read("Pipfile"), package));
}

bool is_test_file(const std::string& file) {
  const auto name = file_name(file);
  return name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py") || name == "test.py" || name == "tests.py");
}

}  // namespace python

std::optional<Component> detect_python(const Tree& tree, const Programs&) {
  std::vector<std::string> tests;
  std::ranges::copy_if(tree.files, std::back_inserter(tests), python::is_test_file);
  const auto manifest = first_of(tree, {"pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements.txt", "tox.ini"});
  Component component{.language = "python"};
  component.sources = count_sources(tree, {".py", ".pyi", ".pyx"});
  if (tests.empty() && (manifest.empty() || component.sources == 0)) return std::nullopt;
  const python::Files files(tree);
  if (!manifest.empty()) component.evidence.push_back({manifest, "is a Python project's"});
  component.needs = {need_program("python3", "Python", "python3")};
  component.runtime_version_wanted = python::wanted_version(files);
  if (!tests.empty()) {
    component.evidence.push_back({tests.front(), fmt::format("is one of {} test files", tests.size())});
    python::choose_framework(component, files, tests);
    component.test.env.insert({{"PYTHONDONTWRITEBYTECODE", "1"}, {"PYTHONUNBUFFERED", "1"}, {"NO_COLOR", "1"}});
  }
  python::add_checks(component, files);
  python::add_set_up(component, files);
  return component;
}

}  // namespace argosy::project
