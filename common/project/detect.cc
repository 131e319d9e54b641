#include "common/project/detect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <tuple>

#include "common/core/text.h"
#include "common/project/hints.h"
#include "common/project/languages/language.h"
#include "common/project/text_tools.h"

namespace argosy::project {
namespace {

// Below these lie projects of others, or ones that are there to be looked at.
constexpr std::array<std::string_view, 17> kNotOurs{"node_modules", "vendor",       "third_party", "thirdparty", "external", "testdata",
                                                    "fixtures",     "__fixtures__", "fixture",     "examples",   "example",  "test",
                                                    "tests",        "__tests__",    "templates",   "template",   "samples"};

std::ptrdiff_t depth(const std::string& folder) { return folder.empty() ? 0 : std::ranges::count(folder, '/') + 1; }

bool is_ours(std::string_view folder) {
  return std::ranges::none_of(text::split(folder, '/'), [](auto part) { return std::ranges::find(kNotOurs, part) != kNotOurs.end(); });
}

bool has_manifest(const Tree& tree, const Language& language, const std::string& folder) {
  return std::ranges::any_of(language.manifests, [&](auto name) { return tree.has(joined(folder, name)); });
}

// The folders that hold a manifest, shallowest first; the root is always one, since tests may lie there without.
std::vector<std::string> folders_with(const Tree& tree, const Language& language) {
  std::set<std::string> found{""};
  for (const auto& file : tree.files)
    if (std::ranges::find(language.manifests, file_name(file)) != language.manifests.end() && is_ours(folder_of(file)))
      found.emplace(folder_of(file));
  std::vector<std::string> folders(found.begin(), found.end());
  std::ranges::sort(folders, {}, [](const std::string& folder) { return std::pair(depth(folder), folder); });
  if (language.topmost)
    std::erase_if(folders, [&](const std::string& folder) {
      return std::ranges::any_of(folders, [&](const std::string& other) {
        return other != folder && is_in(other, folder) && has_manifest(tree, language, other);
      });
    });
  if (folders.size() > kMaxComponents) folders.resize(kMaxComponents);
  return folders;
}

Tree without(Tree tree, const std::vector<std::string>& folders) {
  if (!folders.empty())
    std::erase_if(tree.files, [&](const std::string& file) {
      return std::ranges::any_of(folders, [&](const auto& folder) { return is_in(folder, file); });
    });
  return tree;
}

void put_into(Component& component, const std::string& folder) {
  component.folder = folder;
  component.set_up.folder = folder;
  for (auto& one : component.evidence) one.file = joined(folder, one.file);
  for (auto& file : component.set_up.key_files) file = joined(folder, file);
  if (!folder.empty()) component.test.reason = replaced(component.test.reason, "in the root", fmt::format("in {}", folder));
}

// Deepest first: what belongs to a component is no part of those around it. One without tests counts only where nothing is around it.
std::vector<Component> components_of(const Tree& tree, const Language& language, const HasProgram& has_program) {
  std::vector<Component> components;
  std::vector<std::string> taken;
  auto folders = folders_with(tree, language);
  for (const auto& folder : std::vector<std::string>(folders.rbegin(), folders.rend())) {
    std::vector<std::string> inner;
    for (const auto& other : taken)
      if (is_in(folder, other)) inner.push_back(folder.empty() ? other : other.substr(folder.size() + 1));
    const auto part = below(tree, folder);
    const auto sources = count_sources(part, language.endings);
    const auto own = without(part, inner);
    auto component = language.detect(own, has_program);
    const bool is_inside = std::ranges::any_of(
        folders, [&](const std::string& other) { return other != folder && is_in(other, folder) && has_manifest(tree, language, other); });
    if (!component || (!folder.empty() && (sources == 0 || (!component->has_tests() && is_inside)))) continue;
    component->sources = sources;
    component->endings.assign(language.endings.begin(), language.endings.end());
    put_into(*component, folder);
    taken.push_back(folder);
    components.push_back(std::move(*component));
  }
  return components;
}

bool has_own_lock(const Component& component) {
  return std::ranges::any_of(component.set_up.key_files, [](const auto& file) {
    const auto name = file_name(file);
    return name.find("lock") != std::string_view::npos || name == "npm-shrinkwrap.json";
  });
}

bool is_script(const Component& component) { return component.language == "javascript" || component.language == "typescript"; }

// A member of a workspace (npm's and its like, uv's) has no lock file of its own: it is installed with the workspace.
void share_set_ups(std::vector<Component>& components) {
  for (auto& component : components) {
    if (has_own_lock(component) || component.folder.empty()) continue;
    for (const auto& outer : components) {
      const bool fits = is_script(component) ? is_script(outer) : component.language == "python" && outer.package_manager == "uv";
      if (!fits || outer.folder == component.folder || !is_in(outer.folder, component.folder) || !has_own_lock(outer)) continue;
      component.package_manager = outer.package_manager;
      component.set_up = outer.set_up;
      const auto* const path = is_script(component) ? "PATH=\"$PWD/node_modules/.bin:$PATH\"" : "PYTHONPATH=\"$PWD/src:$PWD:$PYTHONPATH\"";
      component.test.prepare = fmt::format("cd \"$ARGOSY_ROOT\"/{}\n{}\ncd \"$ARGOSY_ROOT\"/{}\nexport {}", shell_word(outer.folder),
                                           outer.test.prepare, shell_word(component.folder), path);
    }
  }
}

// Scripts that only start others, and tests that need a browser, stand behind what can be run and read; what has no tests stands last.
int rank(const Component& component) {
  if (!component.has_tests()) return 2;
  const auto& runner = component.test.runner;
  return runner == "npm-script" || runner == "karma" || runner == "playwright" ? 1 : 0;
}

std::size_t changed_in(const Project& project, const Component& component, const std::vector<std::string>& changed) {
  return static_cast<std::size_t>(std::ranges::count_if(changed, [&](const std::string& file) {
    if (!is_in(component.folder, file) ||
        std::ranges::none_of(component.endings, [&](const auto& ending) { return file.ends_with(ending); }))
      return false;
    return std::ranges::none_of(project.components, [&](const Component& other) {
      return other.has_tests() && other.endings == component.endings && depth(other.folder) > depth(component.folder) &&
             is_in(other.folder, file);
    });
  }));
}

}  // namespace

Project detect(const Tree& tree, const HasProgram& has_program) {
  Project project;
  for (const auto& language : languages()) {
    auto found = components_of(tree, language, has_program);
    std::ranges::move(found, std::back_inserter(project.components));
  }
  // A nested one without tests is of interest only where nothing has any.
  if (std::ranges::any_of(project.components, &Component::has_tests))
    std::erase_if(project.components, [](const Component& component) { return !component.has_tests() && !component.folder.empty(); });
  // Equal ones stay in the order of the languages.
  std::vector<std::size_t> order(project.components.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) {
    const auto& component = project.components[i];
    return std::tuple(rank(component), depth(component.folder), -static_cast<std::ptrdiff_t>(component.sources), i);
  });
  std::vector<Component> sorted;
  for (const auto i : order) sorted.push_back(std::move(project.components[i]));
  project.components = std::move(sorted);
  if (project.components.size() > kMaxComponents) project.components.resize(kMaxComponents);
  share_set_ups(project.components);
  project.hints = find_hints(tree);
  return project;
}

const Component* choose(const Project& project, const std::vector<std::string>& changed_files) {
  const Component* best = nullptr;
  std::size_t most = 0;
  for (const auto& component : project.components) {
    if (!component.has_tests()) continue;
    const auto changes = changed_in(project, component, changed_files);
    if (best != nullptr && changes <= most) continue;
    best = &component;
    most = changes;
  }
  return best;
}

std::vector<Need> missing(const Component& component, const HasProgram& has_program) {
  std::vector<Need> gone;
  for (const auto& need : component.needs)
    if (!need.program.empty() && !has_program(need.program)) gone.push_back(need);
  return gone;
}

std::string script(const Component& component, const std::string& command, bool prepare) {
  std::string text;
  if (prepare) text = "ARGOSY_ROOT=\"$PWD\"\n";
  if (!component.folder.empty()) text += fmt::format("cd {} || exit 1\n", shell_word(component.folder));
  if (prepare && !component.test.prepare.empty()) text += component.test.prepare + "\n";
  return text + command;
}

}  // namespace argosy::project
