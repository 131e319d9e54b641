#include "common/reports/source.h"

#include <algorithm>
#include <array>
#include <utility>

namespace argosy::reports {
namespace {

using Reader = Result<Report> (*)(std::string_view);

Result<Report> parse_whole_junit(std::string_view text) { return parse_junit(text); }

constexpr std::array<std::pair<std::string_view, Reader>, 5> kReaders{{{"junit", parse_whole_junit},
                                                                       {"tap", parse_tap},
                                                                       {"go-test-json", parse_go_test_json},
                                                                       {"jest-json", parse_jest_json},
                                                                       {"console", parse_console}}};

}  // namespace

bool is_format(std::string_view name) {
  return std::ranges::find(kReaders, name, &std::pair<std::string_view, Reader>::first) != kReaders.end();
}

Result<Report> parse_source(const Source& source, std::string_view format) {
  std::string head;
  std::string_view piece = source();
  for (; !piece.empty() && head.size() + piece.size() <= kMaxWholeBytes; piece = source()) head += piece;
  const bool whole = piece.empty();

  const auto xml = junit_begins(head);
  if (!whole && (format == "junit" || (format.empty() && xml))) {
    std::uint64_t total = head.size();
    auto report = parse_junit(Source([&, step = 0]() mutable -> std::string_view {
      if (step++ == 0) return std::string_view(head).substr(xml.value_or(0));
      const auto next = step == 2 ? piece : source();
      total += next.size();
      return total > kMaxStreamBytes ? std::string_view{} : next;
    }));
    return report;
  }
  const auto* reader = std::ranges::find(kReaders, format, &std::pair<std::string_view, Reader>::first);
  auto report = reader == kReaders.end() ? parse_any(head) : reader->second(head);
  if (report && !whole) report->truncated = true;
  return report;
}

}  // namespace argosy::reports
