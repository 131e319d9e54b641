#include "common/tasks/diff/diff_paths.h"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "common/core/text.h"
#include "common/tasks/diff/diff_names.h"

namespace argosy::tasks {
namespace {

// "a/X b/X" of a diff --git line, whose names may hold spaces: both halves are the same unless it is a rename, which says so itself.
std::optional<std::string> git_line_name(std::string_view text) {
  if (text.starts_with('"')) {
    const std::size_t middle = text.find("\" \"");
    return middle == std::string_view::npos ? std::nullopt : side_name(text.substr(0, middle + 1), "a/");
  }
  if (text.size() % 2 == 0) return std::nullopt;
  const std::string_view left = text.substr(0, text.size() / 2), right = text.substr(text.size() / 2 + 1);
  if (!left.starts_with("a/") || !right.starts_with("b/") || left.substr(2) != right.substr(2)) return std::nullopt;
  return std::string(left.substr(2));
}

// Lines that a hunk header announces, "@@ -1,3 +1,4 @@": a missing count is 1.
struct Hunk {
  std::int64_t old_lines = 0, new_lines = 0;
};
std::optional<Hunk> hunk_of(std::string_view line) {
  const auto parts = text::split(line, ' ');
  if (parts.size() < 4 || parts[0] != "@@" || parts[3] != "@@" || !parts[1].starts_with('-') || !parts[2].starts_with('+'))
    return std::nullopt;
  const auto count = [](std::string_view range) -> std::optional<std::int64_t> {
    const std::size_t comma = range.find(',');
    return comma == std::string_view::npos ? 1 : text::to_int(range.substr(comma + 1));
  };
  const auto old_lines = count(parts[1].substr(1)), new_lines = count(parts[2].substr(1));
  if (!old_lines || !new_lines || *old_lines < 0 || *new_lines < 0) return std::nullopt;
  return Hunk{*old_lines, *new_lines};
}

class Scanner {
 public:
  std::expected<std::vector<std::string>, std::string> scan(std::string_view diff) {
    for (const std::string_view raw : text::split(diff, '\n')) {
      ++line_;
      if (open_.old_lines > 0 || open_.new_lines > 0)
        content(raw);
      else
        header(raw.ends_with('\r') ? raw.substr(0, raw.size() - 1) : raw);
      if (!problem_.empty()) return std::unexpected(problem_);
    }
    if (open_.old_lines > 0 || open_.new_lines > 0) return std::unexpected("ends inside a hunk");
    if (names_.empty()) return std::unexpected("names no file");
    return std::vector<std::string>(names_.begin(), names_.end());
  }

 private:
  void content(std::string_view line) {
    const char kind = line.empty() ? ' ' : line.front();  // some editors strip the blank of an empty line
    if (kind == '\\') return;
    if (kind != ' ' && kind != '-' && kind != '+') return fail("has a line in a hunk that does not start with a blank, + or -");
    if (kind != '+') --open_.old_lines;
    if (kind != '-') --open_.new_lines;
    if (open_.old_lines < 0 || open_.new_lines < 0) fail("has more lines in a hunk than its header says");
  }

  void header(std::string_view line) {
    const auto after = [&](std::string_view word) { return line.substr(word.size()); };
    if (line.starts_with("diff --git ")) {
      // A rename's two names may differ: its own lines follow and name both.
      if (const auto name = git_line_name(after("diff --git "))) names_.insert(*name);
    } else if (line.starts_with("--- ")) {
      add(side_name(after("--- "), "a/"));
    } else if (line.starts_with("+++ ")) {
      add(side_name(after("+++ "), "b/"));
    } else if (line.starts_with("rename from ") || line.starts_with("copy from ")) {
      add(unquoted(line.substr(line.find(" from ") + 6)));
    } else if (line.starts_with("rename to ") || line.starts_with("copy to ")) {
      add(unquoted(line.substr(line.find(" to ") + 4)));
    } else if (line.starts_with("@@ ")) {
      const auto hunk = hunk_of(line);
      if (!hunk) return fail("has a hunk header that cannot be read");
      open_ = *hunk;
    }
  }

  void add(const std::optional<std::string>& name) {
    if (!name || name->empty()) return fail("names a file without the a/ and b/ that git writes");
    if (*name != "/dev/null") names_.insert(*name);
  }

  void fail(std::string_view what) {
    if (problem_.empty()) problem_ = fmt::format("{} (line {})", what, line_);
  }

  std::set<std::string> names_;
  Hunk open_;
  std::size_t line_ = 0;
  std::string problem_;
};

}  // namespace

std::expected<std::vector<std::string>, std::string> diff_paths(std::string_view diff) { return Scanner().scan(diff); }

}  // namespace argosy::tasks
