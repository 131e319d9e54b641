#include <optional>

#include "common/code/edits/formats/formats.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

// What "@@ -10,6 +10,7 @@ heading" counts; the numbers themselves are not believed.
struct Header {
  std::optional<std::size_t> old_lines, new_lines;
  std::string_view heading;
};

std::optional<std::size_t> count_of(std::string_view range) {
  const auto comma = range.find(',');
  if (comma == std::string_view::npos) return text::to_int(range) ? std::optional<std::size_t>(1) : std::nullopt;
  const auto number = text::to_int(range.substr(comma + 1));
  return number && *number >= 0 ? std::optional(static_cast<std::size_t>(*number)) : std::nullopt;
}

std::optional<Header> hunk_header(std::string_view line) {
  if (!line.starts_with("@@")) return std::nullopt;
  Header header;
  const auto end = line.find("@@", 2);
  const auto ranges = text::trim(line.substr(2, end == std::string_view::npos ? end : end - 2));
  if (ranges.starts_with('-')) {
    const auto space = ranges.find(" +");
    if (space != std::string_view::npos) {
      header.old_lines = count_of(ranges.substr(1, space - 1));
      header.new_lines = count_of(text::trim(ranges.substr(space + 2)));
    }
  } else if (!ranges.empty() && ranges != "..." && ranges.find_first_not_of(". ") != std::string_view::npos) {
    header.heading = ranges;  // "@@ def f(): @@": no numbers, but a place
  }
  return header;
}

bool is_file_header(const Answer& answer, std::size_t i) {
  return i + 1 < answer.size() && answer.line(i).starts_with("--- ") && answer.line(i + 1).starts_with("+++ ");
}

class Reader {
 public:
  explicit Reader(const Answer& answer) : answer_(answer) {}

  EditList read() {
    for (std::size_t i = 0; i < answer_.size();) {
      const auto line = answer_.line(i);
      if (const auto fence = fence_of(line)) {
        toggle(*fence);
        ++i;
      } else if (is_file_header(answer_, i)) {
        open_file(i);
        i += 2;
      } else if (line.starts_with("diff --git ")) {
        finish_git_header();
        open_git(line);
        ++i;
      } else if (git_line(line)) {
        ++i;
      } else if (const auto header = hunk_header(line)) {
        i = hunk(i, *header);
      } else {
        ++i;
      }
    }
    finish_git_header();
    if (fence_ && began_in_fence_) problem("answer_incomplete", "the fence around the diff is not closed: send the diff again, whole");
    return std::move(list_);
  }

 private:
  void problem(std::string reason, std::string hint) {
    list_.problems.push_back({.path = path_, .reason = std::move(reason), .hint = std::move(hint), .number = number_});
  }

  void toggle(const Fence& fence) {
    if (!fence_) {
      fence_ = fence;
      if (auto path = answer_.path_beside(fence.info)) path_ = *path;
    } else if (fence.closes(*fence_)) {
      fence_.reset();
      began_in_fence_ = false;
    }
  }

  void open_file(std::size_t i) {
    const auto before = text::trim(answer_.line(i).substr(4)), after = text::trim(answer_.line(i + 1).substr(4));
    creates_ = before == "/dev/null";
    deletes_ = after == "/dev/null";
    const auto from = answer_.diff_path(before, after), to = answer_.diff_path(after, before);
    const bool moved = !git_done_ && !git_to_.empty();
    // Of two names without a rename one is a copy for comparing: the file that is there is meant.
    path_ = creates_ ? to : deletes_ || moved || from == to || !answer_.is_file(to) ? from : to;
    if (moved) moves_.push_back({.kind = EditKind::move, .path = from, .move_to = git_to_});
    if (!creates_ && !deletes_ && !moved && from != to && answer_.is_file(from) && answer_.is_file(to)) {
      ++number_;
      problem("malformed", "--- and +++ name two files that are both there: name the one that is meant on both lines");
      path_.clear();
    }
    git_done_ = true;
    began_in_fence_ = fence_.has_value();
    if (deletes_) add({.kind = EditKind::remove, .path = path_});
  }

  // "diff --git a/x b/x" and what may follow it without --- and +++: a file that is only moved, deleted or made empty.
  void open_git(std::string_view line) {
    const auto names = text::split(line.substr(11), ' ');
    git_path_ = names.size() == 2 ? answer_.diff_path(names[0], names[1]) : "";
    git_to_.clear();
    git_deletes_ = git_creates_ = false;
    git_done_ = false;
    began_in_fence_ = fence_.has_value();
  }
  bool git_line(std::string_view line) {
    if (git_done_) return false;
    if (line.starts_with("deleted file mode")) return git_deletes_ = true;
    if (line.starts_with("new file mode")) return git_creates_ = true;
    if (line.starts_with("rename from ")) git_path_ = text::trim(line.substr(12));
    if (line.starts_with("rename to ")) git_to_ = text::trim(line.substr(10));
    return line.starts_with("rename ") || line.starts_with("index ") || line.starts_with("similarity ");
  }
  void finish_git_header() {
    const bool header_only = !git_done_;
    git_done_ = true;
    if (header_only && !git_path_.empty()) {
      path_ = git_path_;
      if (git_deletes_) add({.kind = EditKind::remove, .path = path_});
      if (git_creates_) add({.kind = EditKind::create, .path = path_});
      if (!git_to_.empty()) add({.kind = EditKind::move, .path = path_, .move_to = git_to_});
    }
    // After its hunks, which name the file as it was.
    for (auto& move : moves_) add(std::move(move));
    moves_.clear();
  }

  void add(FileEdit edit) {
    edit.number = ++number_;
    list_.edits.push_back(std::move(edit));
  }

  struct Body {
    std::vector<std::string> search, replace;
    std::optional<bool> old_newline, new_newline;
    std::size_t last_context = 0;  // lines at the end that both have
    char last = ' ';
    bool bare_context = false;
  };

  bool complete(const Header& header, const Body& body) const {
    return header.old_lines == body.search.size() && header.new_lines == body.replace.size();
  }

  static void take(Body& body, std::string_view line) {
    const char mark = line.empty() ? ' ' : line[0];
    const std::string text(line.empty() ? line : line.substr(1));
    if (mark == '\\') {
      if (body.last != '+') body.old_newline = false;
      if (body.last != '-') body.new_newline = false;
      return;
    }
    if (mark == '+') {
      body.replace.push_back(text);
    } else if (mark == '-') {
      body.search.push_back(text);
    } else {
      const std::string context = mark == ' ' && !body.bare_context ? text : std::string(line);
      body.search.push_back(context);
      body.replace.push_back(context);
    }
    body.last = mark == '+' || mark == '-' ? mark : ' ';
  }

  static bool is_diff_line(std::string_view line) {
    return line.empty() || line[0] == ' ' || line[0] == '+' || line[0] == '-' || line[0] == '\\';
  }

  // Where the hunk that begins at `i` ends: at the next header, the fence's end, or, without a fence, at text that is no diff.
  std::size_t end_of_hunk(std::size_t i, const Header& header, bool& bare, bool& torn) const {
    std::size_t olds = 0, news = 0;
    for (; i < answer_.size(); ++i) {
      const auto line = answer_.line(i);
      if (hunk_header(line) || is_file_header(answer_, i) || line.starts_with("diff --git ")) return i;
      if (const auto fence = fence_of(line); fence_ && fence && fence->closes(*fence_) && line[0] == fence->mark) return i;
      if (!fence_ && header.old_lines == olds && header.new_lines == news && !line.starts_with('\\')) return i;
      if (!is_diff_line(line)) {
        if (!fence_) {
          torn = more_follows(i);
          return i;
        }
        bare = true;
      }
      if (line.starts_with('\\')) continue;
      olds += line.starts_with('+') ? 0 : 1;
      news += line.starts_with('-') ? 0 : 1;
    }
    return i;
  }

  // Whether lines of a diff stand between here and the next header: then the text between was part of the hunk.
  bool more_follows(std::size_t i) const {
    for (; i < answer_.size() && !hunk_header(answer_.line(i)) && !is_file_header(answer_, i); ++i)
      if (answer_.line(i).starts_with('+') || answer_.line(i).starts_with('-')) return true;
    return false;
  }

  std::size_t hunk(std::size_t at, const Header& header) {
    Body body;
    bool torn = false;
    const auto end = end_of_hunk(at + 1, header, body.bare_context, torn);
    std::size_t last = end;
    while (last > at + 1 && answer_.line(last - 1).empty()) --last;  // blank lines behind it, unless they are counted
    for (std::size_t i = at + 1; i < last; ++i) take(body, answer_.line(i));
    for (; last < end && header.old_lines && body.search.size() < *header.old_lines && header.new_lines &&
           body.replace.size() < *header.new_lines;
         ++last)
      take(body, "");
    const bool short_of_lines =
        (header.old_lines && body.search.size() < *header.old_lines) || (header.new_lines && body.replace.size() < *header.new_lines);
    if (path_.empty()) {
      ++number_;
      problem("path_missing", "a hunk stands under no file: begin with --- a/PATH and +++ b/PATH");
    } else if (torn) {
      ++number_;
      problem("malformed", "a hunk has lines without \" \", \"+\" or \"-\" before them: send it again within a fence");
    } else if (end == answer_.size() && !fence_ && short_of_lines && (body.last != ' ' || !answer_.ends_with_newline())) {
      ++number_;
      problem("answer_incomplete", "the diff ends within a hunk: send it again, whole");
    } else if (!deletes_ && !(body.search.empty() && body.replace.empty())) {
      add(edit_of(header, std::move(body)));
    }
    return end;
  }

  FileEdit edit_of(const Header& header, Body body) const {
    FileEdit edit{.kind = creates_ ? EditKind::create : EditKind::replace, .path = path_};
    edit.search = std::move(body.search);
    edit.replace = std::move(body.replace);
    if (body.old_newline != body.new_newline) edit.last_newline = body.new_newline.value_or(true);
    if (!header.heading.empty()) edit.anchors.emplace_back(header.heading);
    return edit;
  }

  const Answer& answer_;
  EditList list_{.format = EditFormat::unified_diff, .edits = {}, .problems = {}};
  std::string path_, git_path_, git_to_;
  std::vector<FileEdit> moves_;
  bool creates_ = false, deletes_ = false, git_deletes_ = false, git_creates_ = false, git_done_ = true, began_in_fence_ = false;
  std::optional<Fence> fence_;
  std::size_t number_ = 0;
};

}  // namespace

EditList read_unified_diff(const Answer& answer) { return Reader(answer).read(); }

}  // namespace argosy::code
