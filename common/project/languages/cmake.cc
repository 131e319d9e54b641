// C and C++ with CMake: built beside the sources, tests run by CTest.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/project/languages/language.h"
#include "common/project/text_tools.h"

namespace argosy::project {
namespace {

constexpr std::size_t kMaxLists = 200;  // CMakeLists.txt looked into
constexpr std::string_view kConfigure = "cmake -S . -B build-argosy -DBUILD_TESTING=ON";

struct Seen {
  std::string tests, framework, fetches;  // files; the framework by name
};

Seen look(const Tree& tree) {
  Seen seen;
  std::size_t looked = 0;
  for (const auto& file : tree.files) {
    if (file_name(file) != "CMakeLists.txt" && !file.ends_with(".cmake")) continue;
    if (++looked > kMaxLists) break;
    const auto text = tree.read(file);
    for (const std::string_view call : {"enable_testing", "add_test(", "add_test (", "include(CTest)", "gtest_discover_tests",
                                        "catch_discover_tests", "doctest_discover_tests", "ENABLE_TESTING"})
      if (seen.tests.empty() && mentions(text, call)) seen.tests = file;
    for (const std::string_view name : {"GTest", "gtest", "Catch2", "doctest", "Boost.Test", "unit_test_framework"})
      if (seen.framework.empty() && mentions(text, name)) seen.framework = name;
    for (const std::string_view call : {"FetchContent", "CPMAddPackage", "ExternalProject_Add"})
      if (seen.fetches.empty() && mentions(text, call)) seen.fetches = file;
  }
  return seen;
}

bool is_cpp(const Tree& tree) { return count_sources(tree, {".cc", ".cpp", ".cxx", ".hpp", ".hh"}) > 0; }

}  // namespace

std::optional<Component> detect_cmake(const Tree& tree, const Programs& has_program) {
  if (!tree.has("CMakeLists.txt")) return std::nullopt;
  Component component{.language = is_cpp(tree) ? "c++" : "c", .package_manager = "cmake"};
  for (const auto& [file, tool] : {std::pair{"conanfile.txt", "conan"}, {"conanfile.py", "conan"}, {"vcpkg.json", "vcpkg"}})
    if (tree.has(file))
      component.notes.push_back(fmt::format("{} asks for {}, which is not run: what it would bring must be installed", file, tool));
  component.evidence.push_back({"CMakeLists.txt", "is CMake's"});
  const auto lists = tree.read("CMakeLists.txt");
  if (const auto at = lists.find("CMAKE_CXX_STANDARD "); at != std::string::npos)
    component.runtime_version_wanted = fmt::format("C++{}", first_version(std::string_view(lists).substr(at, 40)));
  component.needs = {
      need_program("cmake", "CMake", "cmake"),
      {"command -v c++ || command -v cc", "a C++ compiler", "install g++ on the worker (apt-get install g++), or set test_command", "c++"}};
  const auto seen = look(tree);
  if (!seen.tests.empty()) {
    component.framework = "ctest";
    component.evidence.push_back({seen.tests, "adds tests to CTest"});
    if (!seen.framework.empty()) component.evidence.push_back({seen.tests, fmt::format("the build names {}", seen.framework)});
    auto& test = component.test;
    test.runner = "ctest";
    test.reason = fmt::format("CMakeLists.txt in the root, and {} adds tests: CMake and CTest", seen.tests);
    const auto build = fmt::format("{} && cmake --build build-argosy --parallel", kConfigure);
    test.command =
        fmt::format("{} && ctest --test-dir build-argosy --output-on-failure --output-junit \"$ARGOSY_REPORT_DIR/ctest.xml\"", build);
    test.report_file = "ctest.xml";
    test.one_case = test.command + " -R {anchored}";
    test.case_timeout = " --timeout {seconds}";
  }
  if (!seen.fetches.empty()) {
    component.evidence.push_back({seen.fetches, "fetches sources while CMake configures"});
    component.set_up.key_files = {"CMakeLists.txt"};
    if (seen.fetches != "CMakeLists.txt") component.set_up.key_files.push_back(seen.fetches);
    component.set_up.commands = {std::string(kConfigure),
                                 "if [ -d build-argosy/_deps ]; then cp -a build-argosy/_deps \"$ARGOSY_CACHE_DIR/fetchcontent\"; fi"};
    component.set_up.caches = {{"fetchcontent", "fetchcontent"}};
    component.set_up.registries = {"git"};
    component.test.prepare =
        "if [ -d \"${ARGOSY_CACHE_DIR:-}/fetchcontent\" ] && [ ! -e build-argosy ]; then mkdir build-argosy && "
        "cp -a \"$ARGOSY_CACHE_DIR/fetchcontent\" build-argosy/_deps; fi";
    component.test.command =
        replaced(component.test.command, kConfigure, fmt::format("{} -DFETCHCONTENT_FULLY_DISCONNECTED=ON", kConfigure));
    component.test.one_case =
        replaced(component.test.one_case, kConfigure, fmt::format("{} -DFETCHCONTENT_FULLY_DISCONNECTED=ON", kConfigure));
  }
  if (tree.has(".clang-format") && has_program && has_program("clang-format"))
    component.format.push_back({"clang-format",
                                ".clang-format is there, and it is installed",
                                "clang-format -i {files}",
                                {".c", ".h", ".cc", ".hh", ".cpp", ".hpp", ".cxx", ".hxx"}});
  return component;
}

}  // namespace argosy::project
