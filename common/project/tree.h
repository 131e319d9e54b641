// The files of a repository as this room sees them: names, and bytes on demand. The testing worker hands in a commit's tree, the command
// line a folder. Any thread, as far as `read` is.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace argosy::project {

struct Tree {
  std::vector<std::string> files;                       // '/'-separated, sorted, relative to the root
  std::function<std::string(const std::string&)> read;  // the first bytes of a file, or nothing; may be asked for what is not there
  bool has(const std::string& path) const;
  bool has_below(const std::string& folder) const;  // any file in it, however deep; "" is the root
};

// The part below `folder` ("" gives a copy). Reads go through `tree`, which must live as long.
Tree below(const Tree& tree, const std::string& folder);

std::string_view file_name(std::string_view path);  // "a/b.py" gives "b.py"
std::string_view folder_of(std::string_view path);  // "a/b.py" gives "a", "b.py" gives ""
std::string joined(std::string_view folder, std::string_view path);
bool is_in(std::string_view folder, std::string_view path);  // everything is in ""

}  // namespace argosy::project
