#include "common/project/select.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/core/text.h"
#include "common/project/text_tools.h"
#include "common/project/tree.h"

namespace argosy::project {
namespace {

std::string without_ending(const std::string& file) {
  return file.substr(0, file.size() - file_name(file).size() + file_name(file).rfind('.'));
}

// "a/b/test_c.py" gives "a.b.test_c".
std::string dotted(const std::string& file) { return replaced(without_ending(file), "/", "."); }

std::string package_of(const std::string& file) { return fmt::format("./{}", folder_of(file)); }

// What is filled in for many files, a word each.
std::string words(const std::string& command, const std::vector<std::string>& files) {
  std::set<std::string> seen;
  std::string all, comma;
  const auto add = [&](const std::string& word) {
    if (!seen.insert(word).second) return;
    all += (all.empty() ? "" : " ") + shell_word(word);
    comma += (comma.empty() ? "" : ",") + word;
  };
  if (mentions(command, "{packages}")) {
    for (const auto& file : files) add(package_of(file));
    return replaced(command, "{packages}", all);
  }
  if (mentions(command, "{classes}") || mentions(command, "{gradle_tests}")) {
    for (const auto& file : files) add(without_ending(std::string(file_name(file))));
    std::string gradle;
    for (const auto& name : seen) gradle += (gradle.empty() ? "" : " ") + fmt::format("--tests {}", shell_word("*" + name));
    return replaced(replaced(command, "{classes}", shell_word(comma)), "{gradle_tests}", gradle);
  }
  for (const auto& file : files) add(file.starts_with('-') ? "./" + file : file);
  return replaced(command, "{files}", all);
}

// pytest's own name of a case, from xunit1: the file, the classes that the class name has beyond the module, the name.
std::string pytest_node(const CaseName& name) {
  if (name.file.empty() || !name.file.ends_with(".py")) return {};
  auto node = name.file;
  const auto module = dotted(name.file);
  if (name.classname.starts_with(module + ".")) node += "::" + replaced(name.classname.substr(module.size() + 1), ".", "::");
  return node + "::" + name.name;
}

// Go's subtests: each part between slashes is a pattern of its own.
std::string anchored(const std::string& name) {
  std::string pattern;
  for (const auto part : text::split(name, '/')) pattern += (pattern.empty() ? "" : "/") + fmt::format("^{}$", escaped_for_regex(part));
  return pattern;
}

std::string in_component(const Component& component, const std::string& file) {
  return !component.folder.empty() && is_in(component.folder, file) ? file.substr(component.folder.size() + 1) : file;
}

// Go's reports name the import path; the last part that is a folder of the module cannot be told from it alone, the file can.
std::string go_package(const CaseName& name) {
  if (!name.file.empty()) return package_of(name.file);
  return name.classname.empty() ? name.suite : name.classname;
}

// In one pass, so that what was put in is never taken for a place. Nothing when a place has nothing to hold.
std::optional<std::string> filled(const std::string& pattern, const std::map<std::string, std::string>& places) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const auto end = pattern[at] == '{' ? pattern.find('}', at) : std::string::npos;
    const auto place = end == std::string::npos ? places.end() : places.find(pattern.substr(at + 1, end - at - 1));
    if (place == places.end()) {
      out += pattern[at];
      continue;
    }
    if (place->second.empty()) return std::nullopt;
    out += shell_word(place->second);
    at = end;
  }
  return out;
}

}  // namespace

std::string escaped_for_regex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::optional<std::string> some_files_command(const Component& component, const std::vector<std::string>& files) {
  if (component.test.some_files.empty()) return std::nullopt;
  std::vector<std::string> own;
  for (const auto& file : files)
    if (is_in(component.folder, file)) own.push_back(in_component(component, file));
  if (own.empty() || own.size() > kMaxSelectedFiles) return std::nullopt;
  return words(component.test.some_files, own);
}

std::optional<std::string> one_case_command(const Component& component, const CaseName& name) {
  const auto& pattern = component.test.one_case;
  if (pattern.empty() || name.name.empty()) return std::nullopt;
  CaseName here = name;
  here.file = in_component(component, name.file);
  const auto method = name.name.substr(0, name.name.find_first_of("(["));  // JUnit's parameters are no part of the method's name
  const bool has_class = !name.classname.empty();
  return filled(pattern, {{"node", pytest_node(here)},
                          {"class_method", has_class ? fmt::format("{}#{}", name.classname, method) : ""},
                          {"dotted", has_class ? fmt::format("{}.{}", name.classname, method) : method},
                          {"packages", go_package(here)},
                          {"file", here.file},
                          {"anchored", anchored(name.name)},
                          {"name_pattern", fmt::format("^{}$", escaped_for_regex(name.name))},
                          {"pattern", escaped_for_regex(name.name)},
                          {"name", name.name}});
}

}  // namespace argosy::project
