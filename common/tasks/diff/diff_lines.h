// Which lines a git diff changes, for gates that look at changed lines only. Pure, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace argosy::tasks {

// Lines in a row that were replaced, without context; a count of 0 is an insertion after, or a removal before, its line.
struct LineChange {
  std::int64_t old_line = 0, old_count = 0, new_line = 0, new_count = 0;
};

struct FileLines {
  std::string old_path;  // of a renamed file, else empty
  std::vector<LineChange> changes;
  std::set<std::int64_t> added;  // line numbers of the new side
};

// By new path; files that are gone, and binary ones that were not renamed, are not in it. For diffs that git made: what cannot be read is
// passed over.
std::map<std::string, FileLines> diff_lines(std::string_view diff);

// One line that was added or removed, in the diff's order. Views into the diff, but for the path.
struct ChangedText {
  std::string path;       // of the new side
  std::int64_t line = 0;  // of the new side if added, else of the old one
  bool added = false;
  std::string_view text;  // without its sign and its newline
};
// Likewise: not of files that are gone or binary.
std::vector<ChangedText> changed_texts(std::string_view diff);

}  // namespace argosy::tasks
