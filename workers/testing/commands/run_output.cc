#include "workers/testing/commands/run_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/reports/clean_text.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxNamed = 20;       // tests in a note
constexpr std::size_t kMaxMessage = 1'500;  // bytes of one failure

}  // namespace

void HeadAndTail::add(std::string_view piece) {
  bytes_ += piece.size();
  const auto to_head = std::min(piece.size(), half_ - std::min(half_, head_.size()));
  head_ += piece.substr(0, to_head);
  tail_ += piece.substr(to_head);
  if (tail_.size() > 4 * half_) tail_.erase(0, tail_.size() - 2 * half_);  // cut to its length at the end: text() takes the last half
}

std::string HeadAndTail::text() const {
  const auto clean = [](std::string_view text) { return redact(reports::clean(text, text.size())); };
  if (bytes_ <= 2 * half_) return clean(head_ + tail_);
  const auto tail = std::string_view(tail_).substr(tail_.size() - std::min(tail_.size(), half_));
  return fmt::format("{}\n[... {} of {} bytes are left out ...]\n{}", clean(head_), bytes_ - head_.size() - tail.size(), bytes_,
                     clean(tail));
}

std::string in_a_note(const reports::Report& report) {
  const auto counts = report.counts();
  if (counts.total() == 0) return {};
  auto note = fmt::format("{} passed, {} failed", counts.passed, counts.failed + counts.errors);
  if (counts.skipped > 0) note += fmt::format(", {} skipped", counts.skipped);
  auto failing = report.failing();
  if (failing.empty()) return note;
  const auto more = failing.size() - std::min(failing.size(), kMaxNamed);
  failing.resize(failing.size() - more);
  return fmt::format("{}: {}{}", note, text::join(failing, ", "), more == 0 ? "" : fmt::format(" and {} more", more));
}

std::string failures_of(const reports::Report& report, std::size_t max) {
  std::string all;
  for (const auto& one : report.cases) {
    if (one.outcome != reports::Outcome::failed && one.outcome != reports::Outcome::errored) continue;
    auto text = fmt::format("{} ({}{})\n{}\n", one.id(), one.file, one.line > 0 ? fmt::format(":{}", one.line) : "",
                            text::ellipsize(redact(one.message), kMaxMessage));
    if (all.size() + text.size() > max) break;
    all += text;
  }
  return all;
}

}  // namespace argosy::testing
