#include <array>

#include "common/code/edits/formats/formats.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::size_t kMaxLinesToTheName = 2;  // of prose between a file's name and its fence

class Reader {
 public:
  explicit Reader(const Answer& answer) : answer_(answer) {}

  EditList read() {
    for (std::size_t i = 0; i < answer_.size();) {
      const auto fence = fence_of(answer_.line(i));
      i = fence ? block(i, *fence) : i + 1;
    }
    return std::move(list_);
  }

 private:
  void problem(const std::string& path, std::string reason, std::string hint) {
    list_.problems.push_back({.path = path, .reason = std::move(reason), .hint = std::move(hint), .number = number_});
  }

  std::string name_above(std::size_t fence_line) const {
    std::size_t prose = 0;
    for (std::size_t i = fence_line; i-- > after_last_ && prose < kMaxLinesToTheName;) {
      const auto line = answer_.line(i);
      if (text::trim(line).empty() || fence_of(line)) continue;
      if (auto path = answer_.path_in(line)) return *path;
      if (prose++ == 0 && text::trim(line).ends_with(':'))
        if (auto path = answer_.path_mentioned(line)) return *path;
    }
    return {};
  }

  // The line of the fence that closes what opens at `open`, fences with a language inside taken in pairs; size() when there is none. One
  // that is indented more than the first belongs to the text.
  std::size_t closing(std::size_t open, const Fence& fence) const {
    const auto depth_of = [this](std::size_t i) { return answer_.line(i).find(answer_.line(i)[0] == '~' ? '~' : '`'); };
    const auto margin = depth_of(open);
    std::size_t depth = 0;
    for (std::size_t i = open + 1; i < answer_.size(); ++i) {
      const auto other = fence_of(answer_.line(i));
      if (!other || other->mark != fence.mark || other->length < fence.length || depth_of(i) > margin) continue;
      if (!other->info.empty()) {
        ++depth;
      } else if (depth == 0) {
        return i;
      } else {
        --depth;
      }
    }
    return answer_.size();
  }

  // Whether fences follow that could close a text which has fences itself: then nobody can tell which one does.
  bool fences_follow(std::size_t i, const Fence& fence) const {
    for (; i < answer_.size(); ++i)
      if (const auto other = fence_of(answer_.line(i)); other && other->mark == fence.mark && other->length >= fence.length) return true;
    return false;
  }

  std::size_t block(std::size_t open, const Fence& fence) {
    auto path = answer_.path_beside(fence.info).value_or("");
    if (path.empty()) path = name_above(open);
    std::size_t begin = open + 1;
    Fence outer = fence;
    std::size_t doubled = 0;
    if (begin < answer_.size())
      if (const auto second = fence_of(answer_.line(begin)); second && !second->info.empty() && fence.info.empty()) {
        outer = *second;
        doubled = 1;
        if (path.empty()) path = answer_.path_beside(second->info).value_or("");
        ++begin;
      }
    if (path.empty() && begin < answer_.size())
      if (const auto first = name_inside(answer_.line(begin)); !first.empty()) {
        path = first;
        ++begin;
      }
    const auto end = closing(begin - 1, outer);
    after_last_ = std::min(end + 1 + doubled, answer_.size());
    if (path.empty()) return after_last_;  // an example, a command: nobody said that it is a file
    ++number_;
    if (end == answer_.size()) {
      problem(path, "answer_incomplete", "the fence around " + path + " is not closed: send the file again, whole");
    } else if ((path.ends_with(".md") || path.ends_with(".rst") || path.ends_with(".markdown")) && fences_follow(after_last_, outer)) {
      problem(path, "malformed", "where " + path + " ends is unclear: put it in a fence that is longer than those in it");
    } else {
      FileEdit edit{.kind = EditKind::write, .path = path, .number = number_};
      edit.replace = copy_lines(answer_.lines(), begin, end);
      list_.edits.push_back(std::move(edit));
    }
    return after_last_;
  }

  // A first line that names a file of the tree and is not that file's own first line.
  std::string name_inside(std::string_view line) const {
    const auto path = answer_.path_in(line);
    return path && answer_.is_file(*path) && !answer_.file_begins_with(*path, line) ? *path : std::string();
  }

  const Answer& answer_;
  EditList list_{.format = EditFormat::whole_file, .edits = {}, .problems = {}};
  std::size_t number_ = 0;
  std::size_t after_last_ = 0;
};

}  // namespace

EditList read_whole_files(const Answer& answer) { return Reader(answer).read(); }

}  // namespace argosy::code
