// What the languages' detectors share: how each is asked, and the few words that all of them say alike. Used by detect.cc and the
// detectors only. Pure but for the tree's reads; any thread.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/project/project.h"
#include "common/project/tree.h"

namespace argosy::project {

using Programs = std::function<bool(const std::string& name)>;  // whether the machine that runs the tests has a program

struct Language {
  std::string_view name;
  std::vector<std::string_view> manifests;  // files that make a folder a component
  std::vector<std::string_view> endings;
  bool topmost;  // manifests below another one's folder are parts of it (modules, crates), not components
  // `tree` is the component's own part. Nothing when it is not of that kind; a component without a test command when it has no tests.
  std::optional<Component> (*detect)(const Tree& tree, const Programs& has_program);
};

// In the order in which they win when nothing else tells them apart.
const std::array<Language, 7>& languages();

std::optional<Component> detect_go(const Tree& tree, const Programs& has_program);
std::optional<Component> detect_maven(const Tree& tree, const Programs& has_program);
std::optional<Component> detect_gradle(const Tree& tree, const Programs& has_program);
std::optional<Component> detect_rust(const Tree& tree, const Programs& has_program);
std::optional<Component> detect_cmake(const Tree& tree, const Programs& has_program);
std::optional<Component> detect_javascript(const Tree& tree, const Programs& has_program);
std::optional<Component> detect_python(const Tree& tree, const Programs& has_program);

bool ends_with_any(std::string_view path, const std::vector<std::string_view>& endings);
std::size_t count_sources(const Tree& tree, const std::vector<std::string_view>& endings);
// `command -v PROGRAM` and what to install; `package` is Debian's.
Need need_program(std::string program, std::string what, std::string package);
// The first of `files` that is there; empty when none is.
std::string first_of(const Tree& tree, const std::vector<std::string>& files);
// The rest of the first line of `file` that is neither empty nor a comment.
std::string first_line(const Tree& tree, const std::string& file);

}  // namespace argosy::project
