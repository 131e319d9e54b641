#include "common/reports/coverage/coverage_json.h"

#include <fmt/format.h>

#include <utility>

#include "common/core/json.h"

namespace argosy::reports {
namespace {

// Without its closing brace: the list that follows is written piece by piece.
std::string head(json::Object object, const Share& lines, const Share& branches) {
  object.append("lines", lines.total);
  object.append("covered", lines.covered);
  object.append("line_rate", lines.rate());
  object.append("branches", branches.total);
  object.append("branches_covered", branches.covered);
  auto text = json::dump(std::move(object));
  text.pop_back();
  return text;
}

}  // namespace

void write_json(const Coverage& coverage, const std::function<void(std::string_view)>& write) {
  write(head({{"format", coverage.format}, {"truncated", coverage.truncated}}, coverage.lines(), coverage.branches()) + ",\"files\":[");
  const char* between = "\n";
  for (const auto& [path, file] : coverage.files) {
    auto text = std::exchange(between, ",\n") + head({{"path", path}}, file.lines(), file.branches) + ",\"hits\":{";
    const char* comma = "";
    for (const auto& [line, hits] : file.hits) text += fmt::format("{}\"{}\":{}", std::exchange(comma, ","), line, hits);
    write(text + "}}");
  }
  write("]}\n");
}

}  // namespace argosy::reports
