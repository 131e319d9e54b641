#include <algorithm>
#include <array>
#include <optional>

#include "common/code/edits/formats/formats.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

enum class Mark : std::uint8_t { begin, end, update, add, remove, move, end_of_file };

struct Directive {
  Mark mark;
  std::string_view rest;  // behind the colon
};

constexpr auto kWords = std::to_array<std::pair<std::string_view, Mark>>({
    {"begin patch", Mark::begin},
    {"end patch", Mark::end},
    {"update file", Mark::update},
    {"updated file", Mark::update},
    {"modify file", Mark::update},
    {"edit file", Mark::update},
    {"add file", Mark::add},
    {"create file", Mark::add},
    {"new file", Mark::add},
    {"delete file", Mark::remove},
    {"remove file", Mark::remove},
    {"move to", Mark::move},
    {"rename to", Mark::move},
    {"move file to", Mark::move},
    {"end of file", Mark::end_of_file},
    {"update", Mark::update},
    {"add", Mark::add},
    {"delete", Mark::remove},
    {"begin of patch", Mark::begin},
});

// "*** Update File: src/a.py", with its stars, case and colon as models write them.
std::optional<Directive> directive(std::string_view line) {
  if (!line.starts_with("**")) return std::nullopt;
  auto text = text::trim(line);
  text = text::trim(text.substr(std::min(text.find_first_not_of('*'), text.size())));
  while (text.ends_with('*')) text.remove_suffix(1);
  const auto colon = text.find(':');
  const auto word = text::lower(text::trim(text.substr(0, colon)));
  const auto found = std::ranges::find(kWords, std::string_view(word), &decltype(kWords)::value_type::first);
  if (found == kWords.end()) return std::nullopt;
  const bool names_a_file = found->second != Mark::begin && found->second != Mark::end && found->second != Mark::end_of_file;
  if (names_a_file && colon == std::string_view::npos) return std::nullopt;
  return Directive{found->second, colon == std::string_view::npos ? std::string_view() : text::trim(text.substr(colon + 1))};
}

class Reader {
 public:
  explicit Reader(const Answer& answer) : answer_(answer) {}

  EditList read() {
    bool any = false;
    for (std::size_t i = 0; i < answer_.size(); ++i) {
      const auto line = answer_.line(i);
      if (const auto found = directive(line)) {
        take(*found);
        any = true;
      } else if (const auto fence = fence_of(line); fence && line[0] == fence->mark) {
        fence_line(*fence);
      } else {
        body_line(line);
      }
    }
    close_file();
    if (any && !ended_) problem("answer_incomplete", "the patch has no *** End Patch: send it again, whole");
    return std::move(list_);
  }

 private:
  void problem(std::string reason, std::string hint) {
    list_.problems.push_back({.path = path_, .reason = std::move(reason), .hint = std::move(hint), .number = number_});
  }

  void fence_line(const Fence& fence) {
    if (!fence_) {
      fence_ = fence;
    } else if (fence.closes(*fence_)) {
      fence_.reset();
      if (mode_) {
        close_file();
        ended_ = true;
      }
    }
  }

  void take(const Directive& found) {
    switch (found.mark) {
      case Mark::begin:
        close_file();
        ended_ = false;
        return;
      case Mark::end:
        close_file();
        ended_ = true;
        return;
      case Mark::end_of_file:
        at_end_ = true;
        return;
      case Mark::move:
        move_to_ = path_of(found.rest);
        return;
      default:
        close_file();
        ended_ = false;
        mode_ = found.mark;
        path_ = path_of(found.rest);
    }
  }

  static std::string path_of(std::string_view text) {
    text = text::trim(text);
    while (text.size() > 1 && (text.front() == '`' || text.front() == '"') && text.back() == text.front())
      text = text.substr(1, text.size() - 2);
    return std::string(text.starts_with("./") ? text.substr(2) : text);
  }

  void body_line(std::string_view line) {
    if (!mode_) return;
    if (*mode_ == Mark::update && line.starts_with("@@")) {
      close_hunk();
      auto anchor = text::trim(line.substr(2));
      if (anchor.ends_with("@@")) anchor = text::trim(anchor.substr(0, anchor.size() - 2));
      // Line numbers, as a unified diff has them, say nothing.
      if (!anchor.empty() && !(anchor.starts_with('-') && anchor.contains(" +"))) anchors_.emplace_back(anchor);
      return;
    }
    body_.push_back(line);
  }

  void close_hunk() {
    while (!body_.empty() && body_.back().empty()) body_.pop_back();  // blank lines before the next mark
    if (body_.empty()) return;
    FileEdit edit{.kind = EditKind::replace,
                  .path = path_,
                  .anchors = std::exchange(anchors_, {}),
                  .at_end = std::exchange(at_end_, false),
                  .number = ++number_};
    const bool bare =
        std::ranges::any_of(body_, [](std::string_view line) { return !line.empty() && !std::string_view(" +-").contains(line[0]); });
    for (const auto line : body_) {
      const char mark = line.empty() ? ' ' : line[0];
      const std::string text(mark == ' ' && (bare || line.empty())       ? line
                             : mark == ' ' || mark == '+' || mark == '-' ? line.substr(1)
                                                                         : line);
      if (mark != '+') edit.search.push_back(text);
      if (mark != '-') edit.replace.push_back(text);
    }
    body_.clear();
    list_.edits.push_back(std::move(edit));
  }

  void add_file() {
    FileEdit edit{.kind = EditKind::create, .path = path_, .number = ++number_};
    while (!body_.empty() && body_.back().empty()) body_.pop_back();
    const auto marked = static_cast<std::size_t>(std::ranges::count_if(body_, [](std::string_view line) { return line.starts_with('+'); }));
    const auto blank = static_cast<std::size_t>(std::ranges::count_if(body_, [](std::string_view line) { return line.empty(); }));
    if (marked != 0 && marked + blank != body_.size())
      return problem("malformed", "lines of the new file " + path_ + " have no \"+\" before them");
    for (const auto line : body_) edit.replace.emplace_back(line.starts_with('+') && marked != 0 ? line.substr(1) : line);
    body_.clear();
    list_.edits.push_back(std::move(edit));
  }

  void close_file() {
    if (!mode_) return;
    if (path_.empty()) {
      problem("path_missing", "a *** line names no file");
    } else if (*mode_ == Mark::add) {
      add_file();
    } else if (*mode_ == Mark::remove) {
      list_.edits.push_back({.kind = EditKind::remove, .path = path_, .number = ++number_});
    } else {
      close_hunk();
      if (!move_to_.empty()) list_.edits.push_back({.kind = EditKind::move, .path = path_, .move_to = move_to_, .number = ++number_});
    }
    mode_.reset();
    body_.clear();
    anchors_.clear();
    move_to_.clear();
    at_end_ = false;
  }

  const Answer& answer_;
  EditList list_{.format = EditFormat::apply_patch, .edits = {}, .problems = {}};
  std::optional<Mark> mode_;
  std::optional<Fence> fence_;
  std::string path_, move_to_;
  std::vector<std::string> anchors_;
  std::vector<std::string_view> body_;
  bool at_end_ = false, ended_ = false;
  std::size_t number_ = 0;
};

}  // namespace

EditList read_apply_patch(const Answer& answer) { return Reader(answer).read(); }

}  // namespace argosy::code
