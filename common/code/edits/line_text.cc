#include "common/code/edits/line_text.h"

#include <algorithm>
#include <iterator>

namespace argosy::code {
namespace {

const std::string kFeed = "\n";
const std::string kReturnAndFeed = "\r\n";

}  // namespace

LineText LineText::split(std::string_view text) {
  LineText out;
  for (std::size_t at = 0; at < text.size();) {
    const auto feed = text.find('\n', at);
    if (feed == std::string_view::npos) {
      out.lines_.push_back({std::string(text.substr(at)), "", out.lines_.size()});
      break;
    }
    const bool returns = feed > at && text[feed - 1] == '\r';
    out.lines_.push_back(
        {std::string(text.substr(at, feed - at - (returns ? 1 : 0))), returns ? kReturnAndFeed : kFeed, out.lines_.size()});
    at = feed + 1;
  }
  return out;
}

std::string LineText::join() const {
  std::string out;
  for (const Line& line : lines_) out.append(line.text).append(line.end);
  return out;
}

const std::string& LineText::usual_end() const {
  const auto returns = std::ranges::count(lines_, kReturnAndFeed, &Line::end);
  return returns * 2 > static_cast<std::ptrdiff_t>(lines_.size()) ? kReturnAndFeed : kFeed;
}

void LineText::splice(const std::vector<Splice>& splices, std::optional<bool> last_newline) {
  if (splices.empty() && !last_newline) return;
  const bool touches_end = last_newline || splices.back().end == lines_.size();
  const bool had_newline = lines_.empty() || !lines_.back().end.empty();
  const std::string usual = usual_end();
  std::vector<Line> out;
  std::size_t done = 0;
  const auto keep = [&](std::size_t end) {
    std::move(lines_.begin() + static_cast<std::ptrdiff_t>(done), lines_.begin() + static_cast<std::ptrdiff_t>(end),
              std::back_inserter(out));
    done = end;
  };
  for (const Splice& one : splices) {
    keep(one.begin);
    std::string before = out.empty() || out.back().end.empty() ? usual : out.back().end;
    for (std::size_t i = 0; i < one.lines.size(); ++i) {
      const auto replaced = one.begin + i;
      if (replaced < one.end && !lines_[replaced].end.empty()) before = lines_[replaced].end;
      out.push_back({one.lines[i], before, kNoLine});
    }
    done = one.end;
  }
  keep(lines_.size());
  lines_ = std::move(out);
  for (std::size_t i = 0; i + 1 < lines_.size(); ++i)
    if (lines_[i].end.empty()) lines_[i].end = usual;
  if (lines_.empty() || !touches_end) return;
  std::string& last = lines_.back().end;
  if (!last_newline.value_or(had_newline))
    last.clear();
  else if (last.empty())
    last = usual;
}

PlainText::PlainText(const LineText& text) {
  for (const Line& line : text.lines()) {
    starts_.push_back(text_.size());
    text_.append(line.text).append("\n");
  }
}

std::size_t PlainText::line_at(std::size_t offset) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(starts_, offset) - starts_.begin()) - (starts_.empty() ? 0 : 1);
}

}  // namespace argosy::code
