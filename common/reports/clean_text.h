// Text of a stranger made presentable, and lines without copies. Used by the readers and by whoever shows a program's output. Pure, any
// thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::reports {

// Appends `text` to `out`, with U+FFFD for bytes that are no UTF-8 and for characters that XML forbids.
void append_valid(std::string& out, std::string_view text);
// Valid, without terminal colours, at most `max` bytes ("…" tells a cut).
std::string clean(std::string_view text, std::size_t max);
// Without terminal colours and carriage returns: for reading consoles.
std::string without_colours(std::string_view text);
// The leading decimal number of `text`, "1,234.5" and "0,05" included; 0 when there is none. Never beyond 1e15.
double leading_number(std::string_view text);

// for (Lines lines(text); lines.next();) use(lines.line);
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  bool next();
  std::string_view line;  // without \n or \r\n
  bool complete = true;   // false for a last line without an end

 private:
  std::string_view rest_;
};

}  // namespace argosy::reports
