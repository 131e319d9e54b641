#include "common/project/imports/affected.h"

#include <algorithm>
#include <set>

#include "common/project/imports/graph.h"
#include "common/project/text_tools.h"

namespace argosy::project {
namespace {

bool ends_with_any(std::string_view file, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](auto ending) { return file.ends_with(ending); });
}

bool is_script(std::string_view file) { return ends_with_any(file, {".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"}); }

bool is_script_test(const std::string& file) {
  const auto name = file_name(file);
  return mentions(name, ".test.") || mentions(name, ".spec.") || name.starts_with("test.") || name.starts_with("test-") ||
         mentions("/" + file, "/__tests__/") || mentions("/" + file, "/test/") || mentions("/" + file, "/tests/");
}

std::vector<std::string> of(const Tree& tree, bool (*wanted)(std::string_view)) {
  std::vector<std::string> files;
  for (const auto& file : tree.files)
    if (wanted(file) && files.size() < kMaxGraphFiles) files.push_back(file);
  return files;
}

}  // namespace

bool is_test_file(const std::string& file) {
  const auto name = file_name(file);
  if (name.ends_with(".py")) return name.starts_with("test_") || name.ends_with("_test.py") || name == "test.py" || name == "tests.py";
  if (name.ends_with(".go")) return name.ends_with("_test.go");
  if (ends_with_any(name, {".java", ".kt"})) {
    const auto stem = name.substr(0, name.rfind('.'));
    return mentions("/" + file, "/src/test/") &&
           (stem.starts_with("Test") || ends_with_any(stem, {"Test", "Tests", "TestCase", "Spec", "IT"}));
  }
  return is_script(name) && is_script_test(file);
}

std::vector<std::string> affected_tests(const Tree& tree, const std::vector<std::string>& changed_files) {
  // A file that is gone still has its name in the files that import it.
  Tree all{tree.files, tree.read};
  all.files.insert(all.files.end(), changed_files.begin(), changed_files.end());
  std::ranges::sort(all.files);
  all.files.erase(std::ranges::unique(all.files).begin(), all.files.end());

  imports::Graph graph;
  imports::add_python(graph, all, of(all, [](std::string_view file) { return file.ends_with(".py"); }));
  imports::add_javascript(graph, all, of(all, is_script));
  imports::add_go(graph, all, of(all, [](std::string_view file) { return file.ends_with(".go"); }));
  imports::add_java(graph, all, of(all, [](std::string_view file) { return ends_with_any(file, {".java", ".kt"}); }));

  std::set<std::pair<int, std::string>> nearest;
  for (const auto& [file, distance] : graph.importers_of(changed_files))
    if (is_test_file(file) && tree.has(file)) nearest.emplace(distance, file);
  std::vector<std::string> tests;
  for (const auto& [distance, file] : nearest)
    if (std::ranges::find(tests, file) == tests.end()) tests.push_back(file);
  return tests;
}

}  // namespace argosy::project
