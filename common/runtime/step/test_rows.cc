#include "common/runtime/step/test_rows.h"

#include <algorithm>
#include <iterator>

#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::runtime {
namespace {

constexpr std::size_t kMaxTestName = 1'000;     // bytes of a name, a suite, a class, a file
constexpr std::size_t kMaxTestCommand = 4'096;  // bytes

std::string presentable(const std::string& text, std::size_t max) {
  auto clean = text::to_utf8(text);
  std::erase(clean, '\0');
  return text::ellipsize(redact(clean), max);
}

bool has_failed(const tasks::TestCase& one) { return one.outcome == "failed" || one.outcome == "errored"; }

// As many as are kept.
std::vector<tasks::TestCase> failed_first(std::vector<tasks::TestCase> all) {
  std::vector<tasks::TestCase> kept;
  std::vector<tasks::TestCase> others;
  for (auto& one : all) (has_failed(one) ? kept : others).push_back(std::move(one));
  kept.insert(kept.end(), std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
  if (kept.size() > tasks::kMaxTestRows) kept.resize(tasks::kMaxTestRows);
  return kept;
}

}  // namespace

tasks::TestResults presentable_tests(tasks::TestResults results) {
  results.framework = presentable(results.framework, kMaxTestName);
  results.command = presentable(results.command, kMaxTestCommand);
  results.cases_seen = std::max(results.cases_seen, static_cast<std::int64_t>(results.cases.size()));
  results.cases = failed_first(std::move(results.cases));
  std::size_t message_bytes = 0;
  for (auto& one : results.cases) {
    for (auto* name : {&one.suite, &one.name, &one.classname, &one.file}) *name = presentable(*name, kMaxTestName);
    one.message = presentable(one.message, tasks::kMaxTestMessage);
    message_bytes += one.message.size();
    if (message_bytes > tasks::kMaxTestMessages) one.message.clear();
  }
  return results;
}

}  // namespace argosy::runtime
