// A model's answer as lines, and what stands around edits in it: fences and names of files. Used by the readers of formats. It looks at the
// tree to tell a file's name from prose, and lives no longer than text and tree. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/source_tree.h"

namespace argosy::code {

// A line of three or more ` or ~, with what stands behind them.
struct Fence {
  char mark = '`';
  std::size_t length = 3;
  std::string_view info;  // trimmed; empty for one that may close
  bool closes(const Fence& open) const { return info.empty() && mark == open.mark && length >= open.length; }
};
std::optional<Fence> fence_of(std::string_view line);

class Answer {
 public:
  Answer(std::string_view text, const SourceTree& tree);

  std::string_view text() const { return text_; }
  const std::vector<std::string_view>& lines() const { return lines_; }  // without \n and \r\n
  std::size_t size() const { return lines_.size(); }
  std::string_view line(std::size_t i) const { return lines_[i]; }
  bool ends_with_newline() const { return text_.ends_with('\n'); }

  // The file that a line names and nothing else, without its decoration (**, `, #, "File:", a colon behind it). A name of no file in the
  // tree must look like one.
  std::optional<std::string> path_in(std::string_view line) const;
  // The same of what stands behind a fence or a marker: "python src/a.py", "src/a.py", "python:src/a.py".
  std::optional<std::string> path_beside(std::string_view info) const;
  // The one file of the tree that a sentence names in backticks, for a sentence that announces an edit.
  std::optional<std::string> path_mentioned(std::string_view line) const;
  bool is_file(const std::string& path) const;
  bool file_begins_with(const std::string& path, std::string_view line) const;
  // "a/x" and "b/x" of git, "./x", quotes: the path that a diff means.
  std::string diff_path(std::string_view written, std::string_view other) const;

 private:
  std::string_view text_;
  std::vector<std::string_view> lines_;
  const SourceTree& tree_;
};

std::vector<std::string> copy_lines(const std::vector<std::string_view>& lines, std::size_t begin, std::size_t end);

}  // namespace argosy::code
