#include "common/tasks/diff/diff_lines.h"

#include <optional>
#include <tuple>

#include "common/core/text.h"
#include "common/tasks/diff/diff_names.h"

namespace argosy::tasks {
namespace {

// "-12,3" or "+12": where, and how many.
std::optional<std::pair<std::int64_t, std::int64_t>> range_of(std::string_view text) {
  const auto comma = text.find(',');
  const auto line = text::to_int(text.substr(1, comma == std::string_view::npos ? comma : comma - 1));
  const auto count = comma == std::string_view::npos ? std::optional<std::int64_t>(1) : text::to_int(text.substr(comma + 1));
  if (!line || !count) return std::nullopt;
  return std::pair(*line, *count);
}

class Reader {
 public:
  // `texts`: where the lines themselves go; null: nowhere.
  explicit Reader(std::vector<ChangedText>* texts = nullptr) : texts_(texts) {}

  std::map<std::string, FileLines> read(std::string_view diff) {
    for (const auto line : text::split(diff, '\n')) {
      if (old_left_ > 0 || new_left_ > 0)
        content(line);
      else
        header(line);
    }
    close();
    return std::move(files_);
  }

 private:
  void header(std::string_view line) {
    if (line.starts_with("diff --git ")) {
      close();
      file_ = nullptr;
      old_path_.clear();
    } else if (line.starts_with("rename from ")) {
      old_path_ = unquoted(line.substr(12)).value_or("");
    } else if (line.starts_with("rename to ")) {
      if (const auto name = unquoted(line.substr(10))) files_[*name].old_path = old_path_;
    } else if (line.starts_with("+++ ")) {
      const auto name = side_name(line.substr(4), "b/");
      if (!name || *name == "/dev/null") return;
      file_ = &files_[*name];
      path_ = *name;
      file_->old_path = old_path_;
    } else if (line.starts_with("@@ ") && file_ != nullptr) {
      const auto parts = text::split(line, ' ');
      const auto before = parts.size() > 2 ? range_of(parts[1]) : std::nullopt,
                 after = parts.size() > 2 ? range_of(parts[2]) : std::nullopt;
      if (!before || !after) return;
      std::tie(old_line_, old_left_) = *before;
      std::tie(new_line_, new_left_) = *after;
      if (old_left_ == 0) ++old_line_;  // nothing: git names the line before
      if (new_left_ == 0) ++new_line_;
    }
  }

  void content(std::string_view line) {
    const char kind = line.empty() ? ' ' : line.front();
    if (kind == '-') {
      open();
      tell(old_line_, false, line);
      ++change_->old_count;
      ++old_line_;
      --old_left_;
    } else if (kind == '+') {
      open();
      tell(new_line_, true, line);
      ++change_->new_count;
      file_->added.insert(new_line_++);
      --new_left_;
    } else if (kind == ' ') {
      close();
      ++old_line_;
      ++new_line_;
      --old_left_;
      --new_left_;
    }
    if (old_left_ <= 0 && new_left_ <= 0) close();
  }

  void tell(std::int64_t number, bool added, std::string_view line) {
    if (texts_ != nullptr) texts_->push_back({.path = path_, .line = number, .added = added, .text = line.substr(1)});
  }
  void open() {
    if (!change_) change_ = LineChange{.old_line = old_line_, .old_count = 0, .new_line = new_line_, .new_count = 0};
  }
  void close() {
    if (change_ && file_ != nullptr) {
      if (change_->old_count == 0) --change_->old_line;
      file_->changes.push_back(*change_);
    }
    change_.reset();
  }

  std::map<std::string, FileLines> files_;
  std::vector<ChangedText>* texts_;
  FileLines* file_ = nullptr;
  std::string path_;
  std::string old_path_;
  std::optional<LineChange> change_;
  std::int64_t old_line_ = 0, new_line_ = 0, old_left_ = 0, new_left_ = 0;
};

}  // namespace

std::map<std::string, FileLines> diff_lines(std::string_view diff) { return Reader().read(diff); }

std::vector<ChangedText> changed_texts(std::string_view diff) {
  std::vector<ChangedText> texts;
  Reader(&texts).read(diff);
  return texts;
}

}  // namespace argosy::tasks
