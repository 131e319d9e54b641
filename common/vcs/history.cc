#include "common/vcs/history.h"

#include <map>
#include <string>

#include "common/core/text.h"
#include "common/vcs/git.h"

namespace argosy::vcs {

// "<id> <old line> <new line> [<lines>]", then of each commit once "author-time <seconds>", "summary <subject>" and more, then "\t<line>".
std::vector<LineOrigin> parse_blame(std::string_view output) {
  std::map<std::string, PastCommit, std::less<>> commits;
  std::vector<LineOrigin> origins;
  std::string current;
  std::int64_t number = 0;
  for (const auto line : text::lines(output)) {
    if (line.starts_with('\t')) {
      if (!current.empty()) origins.push_back({.line = number, .from = {.commit = current, .subject = {}}});
      continue;
    }
    const auto fields = text::split(line, ' ');
    if (fields.size() >= 3 && is_object_id(fields[0])) {
      current = fields[0];
      number = text::to_int(fields[2]).value_or(0);
      commits[current].commit = current;
    } else if (line.starts_with("summary ")) {
      commits[current].subject = text::to_utf8(line.substr(8));
    } else if (line.starts_with("author-time ")) {
      commits[current].time_ms = text::to_int(line.substr(12)).value_or(0) * 1000;
    }
  }
  for (auto& origin : origins) origin.from = commits[origin.from.commit];
  return origins;
}

std::vector<PastCommit> parse_past(std::string_view output) {
  std::vector<PastCommit> commits;
  for (const auto record : text::split(output, '\0')) {
    const auto id = record.substr(0, record.find(' '));
    if (!is_object_id(id) || record.size() == id.size()) continue;
    const auto rest = record.substr(id.size() + 1);
    const auto time = rest.substr(0, rest.find(' '));
    commits.push_back({.commit = std::string(id),
                       .subject = rest.size() > time.size() ? text::to_utf8(rest.substr(time.size() + 1)) : std::string(),
                       .time_ms = text::to_int(time).value_or(0) * 1000});
  }
  return commits;
}

}  // namespace argosy::vcs
