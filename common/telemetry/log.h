// Structured logs on stderr: one JSON object a line (timestamp, severity, service, message, fields), text on a TTY. All text passes the
// redactor. Thread-safe; a line is written with one write.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace argosy::telemetry {

enum class Severity { debug, info, warning, error };

struct LogOptions {
  std::string service;
  Severity least = Severity::info;
  bool json = true;
};
void init_logging(LogOptions options);

using Field = std::pair<std::string_view, std::string_view>;  // e.g. {"task_id", id.to_string()}
void log(Severity severity, std::string_view message, std::initializer_list<Field> fields = {});
inline void log_debug(std::string_view message, std::initializer_list<Field> fields = {}) { log(Severity::debug, message, fields); }
inline void log_info(std::string_view message, std::initializer_list<Field> fields = {}) { log(Severity::info, message, fields); }
inline void log_warning(std::string_view message, std::initializer_list<Field> fields = {}) { log(Severity::warning, message, fields); }
inline void log_error(std::string_view message, std::initializer_list<Field> fields = {}) { log(Severity::error, message, fields); }

// While it lives, lines of this thread carry these ids (empty ones are left out).
class LogScope {
 public:
  LogScope(std::string trace_id, std::string task_id, std::string step_id);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;

 private:
  std::string before_[3];
};

}  // namespace argosy::telemetry
