#include "common/telemetry/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <mutex>

#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::telemetry {
namespace {

constexpr std::size_t kMaxValue = 16u << 10;  // of one field: a log is no place for artifacts
constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warning", "error"};
constexpr std::array<std::string_view, 3> kScopeKeys{"trace_id", "task_id", "step_id"};

// Behind a mutex: the atomic shared_ptr of this library takes a lock too, one that the thread sanitizer cannot see.
std::shared_ptr<const LogOptions> shared_options(std::shared_ptr<const LogOptions> replacement = nullptr) {
  static std::mutex mutex;
  static auto current = std::make_shared<const LogOptions>();
  const std::lock_guard lock(mutex);
  if (replacement) current = std::move(replacement);
  return current;
}

std::array<std::string, 3>& scope() {
  thread_local std::array<std::string, 3> ids;
  return ids;
}

std::string shown(std::string_view text) { return text::ellipsize(redact(text::to_utf8(text)), kMaxValue); }

std::string json_line(const LogOptions& options, Severity severity, std::string_view message, std::initializer_list<Field> fields) {
  json::Object line{{"timestamp", rfc3339(system_clock().unix_ms())},
                    {"severity", kNames[static_cast<std::size_t>(severity)]},
                    {"service", options.service},
                    {"message", shown(message)}};
  for (std::size_t i = 0; i < kScopeKeys.size(); ++i) {
    if (!scope()[i].empty()) line[kScopeKeys[i]] = scope()[i];
  }
  // A field may name one of the above, as when a sweep speaks of many tasks: the nearer word wins.
  for (const auto& [key, value] : fields) line[key] = shown(value);
  return json::dump(std::move(line));
}

std::string text_line(const LogOptions& options, Severity severity, std::string_view message, std::initializer_list<Field> fields) {
  // The time of day: who reads this sits before the terminal.
  std::string line = fmt::format("{} {:<7} {}: {}", rfc3339(system_clock().unix_ms()).substr(11, 12),
                                 kNames[static_cast<std::size_t>(severity)], options.service, shown(message));
  for (std::size_t i = 1; i < kScopeKeys.size(); ++i) {
    if (!scope()[i].empty()) line += fmt::format(" {}={}", kScopeKeys[i], scope()[i]);
  }
  for (const auto& [key, value] : fields) line += fmt::format(" {}={}", key, shown(value));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';  // one line stays one line, and no terminal codes
  }
  return line;
}

// A reader that is gone or slow must not take the process with it: what cannot be written is lost.
void write_line(std::string line) {
  line.push_back('\n');
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t wrote = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

}  // namespace

void init_logging(LogOptions options) { shared_options(std::make_shared<const LogOptions>(std::move(options))); }

void log(Severity severity, std::string_view message, std::initializer_list<Field> fields) {
  const auto options = shared_options();
  if (severity < options->least) return;
  write_line(options->json ? json_line(*options, severity, message, fields) : text_line(*options, severity, message, fields));
}

LogScope::LogScope(std::string trace_id, std::string task_id, std::string step_id) {
  std::string* const ours[] = {&trace_id, &task_id, &step_id};
  for (std::size_t i = 0; i < 3; ++i) {
    before_[i] = std::move(scope()[i]);
    scope()[i] = std::move(*ours[i]);
  }
}

LogScope::~LogScope() {
  for (std::size_t i = 0; i < 3; ++i) scope()[i] = std::move(before_[i]);
}

}  // namespace argosy::telemetry
