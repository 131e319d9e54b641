// Names of Python's modules from their paths, and back. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::code {

// "a/b" of "a/b.py", "a/b/__init__.py", "a/b/" and "a/b".
std::string module_path(std::string_view path);
// "a.b" of "a/b".
std::string dotted_of(std::string path);

// How a file in `folder` writes the module at `target` (a module_path) with dots in front: "..b.c".
std::string relative_name(const std::string& folder, const std::string& target);

// How a module at `after` is written where the one at `before` was written as `text`, from the same root; empty when it lies below another.
std::string absolute_name(const std::string& text, const std::string& before, const std::string& after);

// Whether each part of a module's path is a name that an import can write.
bool is_importable(std::string_view path);

}  // namespace argosy::code
