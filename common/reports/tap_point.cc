#include "common/reports/tap_point.h"

#include "common/core/text.h"
#include "common/reports/clean_text.h"

namespace argosy::reports {
namespace {

// "\#" and "\\" stand for themselves.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '#' || text[i + 1] == '\\')) ++i;
    out += text[i];
  }
  return out;
}

bool is_escaped(std::string_view text, std::size_t at) {
  std::size_t slashes = 0;
  while (slashes < at && text[at - slashes - 1] == '\\') ++slashes;
  return slashes % 2 == 1;
}

// True when a '#' is followed by something that is no part of the name.
bool read_directive(std::string_view after, TestPoint& point) {
  after = text::trim(after);
  if (after.starts_with("time=")) {
    point.duration_s = leading_number(after.substr(5)) / (after.ends_with("ms") ? 1000 : 1);
    return true;
  }
  const auto word = text::slug(after.substr(0, 4), 4);
  if (word != "skip" && word != "todo") return false;
  (word == "skip" ? point.skip : point.todo) = true;
  const auto space = after.find(' ');
  const auto reason = space == std::string_view::npos ? std::string_view{} : text::trim(after.substr(space));
  if (reason != "-") point.reason = clean(reason, kMaxMessage);
  return true;
}

}  // namespace

TestPoint read_test_point(std::string_view rest, bool ok) {
  TestPoint point;
  point.ok = ok;
  rest = text::trim(rest);
  while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') rest.remove_prefix(1);
  rest = text::trim(rest);
  if (rest.starts_with("- ") || rest == "-") rest = text::trim(rest.substr(1));
  if (rest == "{" || (rest.ends_with(" {"))) {
    point.opens = true;
    rest = text::trim(rest.substr(0, rest.size() - 1));
  }
  // From the end: names have hashes, too.
  for (auto hash = rest.rfind('#'); hash != std::string_view::npos && hash > 0; hash = rest.rfind('#', hash - 1)) {
    if (is_escaped(rest, hash) || !read_directive(rest.substr(hash + 1), point)) continue;
    rest = text::trim(rest.substr(0, hash));
    if (rest.empty()) break;
  }
  if (!rest.empty() && rest.front() == '#' && read_directive(rest.substr(1), point)) rest = {};
  point.name = clean(unescaped(rest), kMaxName);
  return point;
}

}  // namespace argosy::reports
