// How JavaScript and TypeScript write the path of a module: mostly relative to the file, with or without an ending. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argosy::code::es {

// ".ts" of "a/b.ts", ".d.ts" of "a/b.d.ts"; empty when it is no source.
std::string_view source_ending(std::string_view path);
std::string without_ending(std::string_view path);

// "./m", "../m", "." and "..": all else is a package or an alias.
bool is_relative(std::string_view specifier);
// The path that a relative specifier writes, or nothing when it leaves the repository.
std::optional<std::string> joined(const std::string& folder, std::string_view specifier);
// How a file in `folder` writes the path, ending and all.
std::string relative_path(const std::string& folder, const std::string& path);

// How a file in `folder` writes the module at `after`, in the style in which `raw` (a path) stands for the one at `before`: with or without
// ending, with the ending of what is built of it, by its folder. Nothing when the style is unknown.
std::optional<std::string> respelled(const std::string& folder, const std::string& raw, const std::string& before,
                                     const std::string& after);

}  // namespace argosy::code::es
