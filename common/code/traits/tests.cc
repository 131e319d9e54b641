// Where tests live, by the names that their tools look for.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "common/code/traits/parts.h"
#include "common/core/text.h"

namespace argosy::code::traits {
namespace {

struct Pattern {
  Language language;
  std::string_view name;     // glob of a file's name
  std::string_view folders;  // glob of the path; empty: anywhere
};

// The first that fits is the file's.
constexpr auto kPatterns = std::to_array<Pattern>({
    {Language::python, "test_*.py", ""},
    {Language::python, "*_test.py", ""},
    {Language::python, "tests.py", ""},
    {Language::javascript, "*.test.*", ""},
    {Language::javascript, "*.spec.*", ""},
    {Language::javascript, "*", "**/__tests__/**"},
    {Language::javascript, "test*", "**/test/**"},
    {Language::javascript, "*", "**/test/**"},
    {Language::javascript, "*", "**/tests/**"},
    {Language::typescript, "*.test.*", ""},
    {Language::typescript, "*.spec.*", ""},
    {Language::typescript, "*", "**/__tests__/**"},
    {Language::typescript, "*", "**/test/**"},
    {Language::typescript, "*", "**/tests/**"},
    {Language::tsx, "*.test.*", ""},
    {Language::tsx, "*.spec.*", ""},
    {Language::tsx, "*", "**/__tests__/**"},
    {Language::go, "*_test.go", ""},
    {Language::java, "*Test.java", ""},
    {Language::java, "*Tests.java", ""},
    {Language::java, "Test*.java", ""},
    {Language::java, "*IT.java", ""},
    {Language::c, "test_*.c", ""},
    {Language::c, "*_test.c", ""},
    {Language::c, "*.c", "**/tests/**"},
    {Language::cpp, "*_test.*", ""},
    {Language::cpp, "*_unittest.*", ""},
    {Language::cpp, "test_*", ""},
    {Language::cpp, "*Test.*", ""},
    {Language::cpp, "*", "**/tests/**"},
    {Language::rust, "*.rs", "tests/**"},
    {Language::rust, "*.rs", "**/tests/**"},
    {Language::rust, "tests.rs", ""},
    {Language::rust, "*_test.rs", ""},
});

const Pattern* pattern_of(std::string_view path, Language language) {
  const auto name = path.substr(path.rfind('/') + 1);
  for (const Pattern& pattern : kPatterns)
    if (pattern.language == language && text::path_matches(pattern.name, name) &&
        (pattern.folders.empty() || text::path_matches(pattern.folders, path)))
      return &pattern;
  return nullptr;
}

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string(".") : std::string(path.substr(0, slash));
}

}  // namespace

std::vector<TestLayout> tests_of(std::span<const IndexedFile> files) {
  std::map<const Pattern*, std::map<std::string, std::size_t>> found;  // folders and their tests
  std::set<std::string> sources;                                       // folders with others
  for (const IndexedFile& file : files) {
    if (const Pattern* pattern = pattern_of(file.path, file.tags->language))
      ++found[pattern][folder_of(file.path)];
    else if (!file.path.ends_with("__init__.py") && !file.path.ends_with("conftest.py"))
      sources.insert(folder_of(file.path));
  }
  std::vector<TestLayout> layouts;
  for (const auto& [pattern, folders] : found) {
    TestLayout layout{pattern->language, std::string(pattern->folders.empty() ? pattern->name : pattern->folders), 0, {}, false};
    std::vector<std::pair<std::string, std::size_t>> fullest(folders.begin(), folders.end());
    std::ranges::sort(fullest, {}, [](const auto& one) { return std::pair(-static_cast<long>(one.second), one.first); });
    std::size_t beside = 0;
    for (const auto& [folder, count] : fullest) {
      layout.files += count;
      if (sources.contains(folder)) beside += count;
      if (layout.folders.size() < kMostEvidence) layout.folders.push_back(folder);
    }
    layout.beside_sources = beside * 2 > layout.files;
    layouts.push_back(std::move(layout));
  }
  std::ranges::sort(layouts, {},
                    [](const TestLayout& one) { return std::tuple(one.language, -static_cast<long>(one.files), one.pattern); });
  return layouts;
}

}  // namespace argosy::code::traits

namespace argosy::code {

bool is_test_source(std::string_view path, Language language) { return traits::pattern_of(path, language) != nullptr; }

}  // namespace argosy::code
