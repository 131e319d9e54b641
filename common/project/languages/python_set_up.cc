// An environment in the cache, made by the tool whose lock file is there. The project itself is installed editable: its metadata and entry
// points are there, and its code comes from the workspace.
#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"
#include "common/project/languages/python.h"

namespace argosy::project::python {
namespace {

constexpr std::string_view kVenv = "python3 -m venv --system-site-packages \"$ARGOSY_CACHE_DIR/venv\"";
constexpr std::string_view kPip = "\"$ARGOSY_CACHE_DIR/venv/bin/python\" -m pip install --no-input --disable-pip-version-check";
// Inside of the environment, for tools that install into the one that is active.
constexpr std::string_view kActive =
    "VIRTUAL_ENV=\"$ARGOSY_CACHE_DIR/venv\" PATH=\"$ARGOSY_CACHE_DIR/venv/bin:$ARGOSY_CACHE_DIR/tools/bin:$PATH\"";
// Builds put what they generate (compiled modules, version files) into the tree, and the tests get a fresh tree.
constexpr std::string_view kKeepGenerated =
    "find . -type f \\( -name '*.so' -o -name '*version*.py' \\) -newer \"$ARGOSY_CACHE_DIR/started\" ! -path './build/*' ! -path "
    "'./.git/*' | "
    "tar -cf \"$ARGOSY_CACHE_DIR/generated.tar\" -T -";
constexpr std::string_view kPrepare =
    "if [ -x \"${ARGOSY_CACHE_DIR:-}/venv/bin/python\" ]; then export VIRTUAL_ENV=\"$ARGOSY_CACHE_DIR/venv\" "
    "PATH=\"$ARGOSY_CACHE_DIR/venv/bin:$PATH\"; fi\n"
    "if [ -s \"${ARGOSY_CACHE_DIR:-}/generated.tar\" ]; then tar -xf \"$ARGOSY_CACHE_DIR/generated.tar\" --skip-old-files; fi\n"
    "export PYTHONPATH=\"$PWD/src:$PWD${PYTHONPATH:+:$PYTHONPATH}\"";

const std::vector<std::string_view> kTestGroups{"test", "tests", "testing", "dev", "develop", "development", "all"};

bool is_installable(const Files& files) {
  return !files.setup_py.empty() || files.pyproject.find("project") != nullptr || files.pyproject.find("build-system") != nullptr ||
         files.pyproject.find("tool.poetry") != nullptr || files.setup_cfg.find("metadata") != nullptr;
}

// Extras that tests probably need, as the project names them.
std::vector<std::string> test_extras(const Files& files) {
  std::vector<std::string> extras;
  const auto* toml = files.pyproject.find("project.optional-dependencies");
  const auto* cfg = files.setup_cfg.find("options.extras_require");
  const auto at = files.setup_py.find("extras_require");
  const auto quoted_in_py = at == std::string::npos ? std::vector<std::string>() : strings_of(std::string_view(files.setup_py).substr(at));
  for (const auto name : kTestGroups) {
    const bool there = (toml != nullptr && !toml->value(name).empty()) || (cfg != nullptr && !cfg->value(name).empty()) ||
                       std::ranges::find(quoted_in_py, name) != quoted_in_py.end();
    if (there && (name != "all" || extras.empty())) extras.emplace_back(name);
  }
  return extras;
}

std::vector<std::string> test_groups(const Files& files) {
  std::vector<std::string> groups;
  if (const auto* listed = files.pyproject.find("dependency-groups"))
    for (const auto name : kTestGroups)
      if (!listed->value(name).empty()) groups.emplace_back(name);
  return groups;
}

// tox.ini's deps, when nothing else tells what the tests need: plain names and -r files, without tox's own {…} and factors.
std::string tox_dependencies(const Files& files) {
  std::string arguments;
  const auto deps = files.tox.value("testenv", "deps");
  for (const auto raw : text::lines(deps)) {
    const auto line = text::trim(raw);
    if (line.empty() || line.find_first_of("{}$") != std::string_view::npos) continue;
    if (line.starts_with("-r")) {
      const auto file = std::string(text::trim(line.substr(2)));
      if (files.tree.has(file) && std::ranges::find(files.requirements, file) == files.requirements.end())
        arguments += fmt::format(" -r {}", shell_word(file));
    } else if (!line.starts_with('-') && !mentions(line, ": ")) {
      arguments += " " + shell_word(line);
    }
  }
  return arguments;
}

// What poetry's groups name, as pip understands it: a caret or a tilde becomes a lower bound.
std::string poetry_dependencies(const Files& files) {
  std::string arguments;
  const auto add_all = [&](const Section* section) {
    if (section == nullptr) return;
    for (const auto& [name, value] : section->values) {
      const auto version = strings_of(value).empty() ? std::string() : strings_of(value).front();
      const auto plain = first_version(version);
      arguments += " " + shell_word(value.starts_with('{') || plain.empty() ? name
                                    : version.find_first_of("<>=!") == 0    ? name + version
                                                                            : fmt::format("{}>={}", name, plain));
    }
  };
  add_all(files.pyproject.find("tool.poetry.dev-dependencies"));
  for (const auto group : kTestGroups) add_all(files.pyproject.find(fmt::format("tool.poetry.group.{}.dependencies", group)));
  return arguments;
}

void need_tool(SetUp& set_up, const std::string& tool) {
  if (tool == "poetry") {  // an installed one may lack the plug-in
    set_up.commands.emplace_back(
        "python3 -m venv \"$ARGOSY_CACHE_DIR/tools\" && \"$ARGOSY_CACHE_DIR/tools/bin/python\" -m pip install --no-input "
        "--disable-pip-version-check poetry poetry-plugin-export");
    return;
  }
  set_up.commands.push_back(
      fmt::format("command -v {0} >/dev/null || {{ python3 -m venv \"$ARGOSY_CACHE_DIR/tools\" && "
                  "\"$ARGOSY_CACHE_DIR/tools/bin/python\" -m pip install --no-input --disable-pip-version-check {0}; }}",
                  tool));
}

void install_with_pip(SetUp& set_up, const Files& files) {
  std::string arguments;
  for (const auto& file : files.requirements) {
    arguments += fmt::format(" -r {}", shell_word(file));
    set_up.key_files.push_back(file);
  }
  const auto groups = test_groups(files);
  if (!groups.empty()) {
    set_up.commands.push_back(fmt::format("{} --upgrade 'pip>=25.1'", kPip));  // older ones do not know --group
    for (const auto& group : groups) arguments += " --group " + group;
  }
  const auto extras = test_extras(files);
  if (is_installable(files)) arguments += extras.empty() ? " -e ." : fmt::format(" -e '.[{}]'", text::join(extras, ","));
  const bool told = !groups.empty() || !extras.empty() || std::ranges::any_of(files.requirements, [](const std::string& file) {
    return mentions(file, "test") || mentions(file, "dev");
  });
  if (!told) arguments += tox_dependencies(files);
  arguments += poetry_dependencies(files);
  if (!arguments.empty()) set_up.commands.push_back(fmt::format("{}{}", kPip, arguments));
}

void install_with_tool(Component& component, const std::string& tool) {
  auto& set_up = component.set_up;
  need_tool(set_up, component.package_manager);
  if (tool == "poetry") {
    // Poetry itself asks the public index only; pip asks the one that it is configured for.
    set_up.commands.emplace_back(
        "\"$ARGOSY_CACHE_DIR/tools/bin/poetry\" export --without-hashes --all-groups --all-extras -o \"$ARGOSY_CACHE_DIR/poetry.txt\"");
    set_up.commands.push_back(fmt::format("{} -r \"$ARGOSY_CACHE_DIR/poetry.txt\"", kPip));
    set_up.commands.push_back(fmt::format("{} --no-deps -e . || echo \"the project itself cannot be installed\"", kPip));
  } else if (tool == "uv") {
    set_up.commands.push_back(
        fmt::format("{} UV_PROJECT_ENVIRONMENT=\"$ARGOSY_CACHE_DIR/venv\" UV_PYTHON_DOWNLOADS=never uv sync --frozen "
                    "--inexact --all-packages --all-extras --all-groups",
                    kActive));
  } else if (tool == "pdm") {
    set_up.commands.push_back(fmt::format("{} PDM_CHECK_UPDATE=0 pdm sync -G:all", kActive));
  } else {
    const bool is_locked = tool == "pipenv";
    set_up.commands.push_back(fmt::format("{} PIPENV_NOSPIN=1 pipenv {}", kActive, is_locked ? "sync --dev" : "install --dev --skip-lock"));
  }
}

}  // namespace

void add_set_up(Component& component, const Files& files) {
  const std::pair<const char*, const char*> locks[] = {
      {"uv.lock", "uv"}, {"poetry.lock", "poetry"}, {"pdm.lock", "pdm"}, {"Pipfile.lock", "pipenv"}};
  auto& set_up = component.set_up;
  component.package_manager = "pip";
  std::string lock;
  for (const auto& [file, tool] : locks) {
    if (!files.tree.has(file)) continue;
    component.package_manager = tool;
    lock = file;
    component.evidence.push_back({file, fmt::format("is the lock file of {}", tool)});
    break;
  }
  if (lock.empty() && files.pyproject.find("tool.poetry") != nullptr) component.package_manager = "poetry";
  if (lock.empty() && files.tree.has("Pipfile")) component.package_manager = "pipenv";

  set_up.env = {{"PIP_NO_INPUT", "1"}, {"SETUPTOOLS_SCM_PRETEND_VERSION", "0.0.1"}, {"PBR_VERSION", "0.0.1"}, {"PIP_NO_CACHE_DIR", "1"}};
  set_up.registries = {"pypi"};
  set_up.caches = {{"venv", "venv"}};
  for (const char* file :
       {"pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "Pipfile"})
    if (files.tree.has(file)) set_up.key_files.emplace_back(file);
  set_up.commands = {"touch \"$ARGOSY_CACHE_DIR/started\"", std::string(kVenv)};
  // Without a lock file these tools would choose versions like pip does, and pip reads the same lists. A Pipfile only pipenv reads.
  const bool pipfile = component.package_manager == "pipenv" && files.requirements.empty() && !is_installable(files);
  if (!lock.empty())
    install_with_tool(component, component.package_manager);
  else if (pipfile)
    install_with_tool(component, "pipenv-unlocked");
  else
    install_with_pip(set_up, files);
  if (component.framework == "pytest")
    set_up.commands.push_back(fmt::format("\"$ARGOSY_CACHE_DIR/venv/bin/python\" -c 'import pytest' || {} pytest", kPip));
  for (const auto& tool : extra_tools(component, files))
    set_up.commands.push_back(fmt::format("{} {} || echo \"{} is not there: what needs it is left out\"", kPip, tool, tool));
  if (is_installable(files)) set_up.commands.emplace_back(kKeepGenerated);
  component.test.prepare = kPrepare;
}

}  // namespace argosy::project::python
