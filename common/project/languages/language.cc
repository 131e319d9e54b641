#include "common/project/languages/language.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"

namespace argosy::project {

const std::array<Language, 7>& languages() {
  static const std::array<Language, 7> all{{
      {"go", {"go.mod"}, {".go"}, false, detect_go},
      {"maven", {"pom.xml"}, {".java", ".kt", ".scala", ".groovy"}, true, detect_maven},
      {"gradle",
       {"build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"},
       {".java", ".kt", ".scala", ".groovy"},
       true,
       detect_gradle},
      {"rust", {"Cargo.toml"}, {".rs"}, true, detect_rust},
      {"c++",
       {"CMakeLists.txt"},
       {".c", ".h", ".cc", ".hh", ".cpp", ".hpp", ".cxx", ".hxx", ".cmake", "CMakeLists.txt"},
       true,
       detect_cmake},
      {"javascript",
       {"package.json"},
       {".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte"},
       false,
       detect_javascript},
      {"python", {"pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements.txt"}, {".py", ".pyi", ".pyx"}, false, detect_python},
  }};
  return all;
}

bool ends_with_any(std::string_view path, const std::vector<std::string_view>& endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); });
}

std::size_t count_sources(const Tree& tree, const std::vector<std::string_view>& endings) {
  return static_cast<std::size_t>(std::ranges::count_if(tree.files, [&](const auto& file) { return ends_with_any(file, endings); }));
}

Need need_program(std::string program, std::string what, std::string package) {
  auto hint = fmt::format("install {} on the worker (apt-get install {}), or set test_command", what, package);
  return {.check = "command -v " + program, .what = std::move(what), .hint = std::move(hint), .program = std::move(program)};
}

std::string first_of(const Tree& tree, const std::vector<std::string>& files) {
  const auto found = std::ranges::find_if(files, [&](const auto& file) { return tree.has(file); });
  return found == files.end() ? std::string() : *found;
}

std::string first_line(const Tree& tree, const std::string& file) {
  if (!tree.has(file)) return {};
  const auto bytes = tree.read(file);
  for (const auto line : text::lines(bytes))
    if (const auto trimmed = text::trim(line); !trimmed.empty() && !trimmed.starts_with('#')) return std::string(trimmed);
  return {};
}

}  // namespace argosy::project
