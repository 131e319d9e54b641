// A text as lines that remember their ends and where they stood, so that what an edit does not touch comes back byte for byte. Values, any
// thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace argosy::code {

inline constexpr std::size_t kNoLine = static_cast<std::size_t>(-1);

struct Line {
  std::string text;
  std::string end;               // "\n", "\r\n", or empty for a last line without
  std::size_t origin = kNoLine;  // its index in the text as it was split; kNoLine for a new one
};

// Lines [begin, end) give way to these.
struct Splice {
  std::size_t begin = 0, end = 0;
  std::vector<std::string> lines;
};

class LineText {
 public:
  LineText() = default;
  static LineText split(std::string_view text);
  std::string join() const;

  const std::vector<Line>& lines() const { return lines_; }
  std::size_t size() const { return lines_.size(); }
  const std::string& operator[](std::size_t i) const { return lines_[i].text; }

  // In order and not overlapping. A new line ends as the one in whose place it stands, else as the one before it; the text ends with a
  // newline afterwards if it did before, unless `last_newline` says otherwise.
  void splice(const std::vector<Splice>& splices, std::optional<bool> last_newline = std::nullopt);

 private:
  const std::string& usual_end() const;

  std::vector<Line> lines_;
};

// The whole text with "\n" behind every line, the last one too, for searching pieces: a line is like another whether or not it ends the
// file.
class PlainText {
 public:
  explicit PlainText(const LineText& text);
  const std::string& text() const { return text_; }
  std::size_t line_at(std::size_t offset) const;
  std::size_t start_of(std::size_t line) const { return starts_[line]; }

 private:
  std::string text_;
  std::vector<std::size_t> starts_;
};

}  // namespace argosy::code
