#include "common/store/internal/connect.h"

#include <fmt/format.h>

#include "common/store/internal/embedded.h"

namespace argosy::store {
namespace {

// A dead peer is noticed after this long, in milliseconds; without it a call can hang for a quarter of an hour.
constexpr int kTcpUserTimeoutMs = 10'000;
constexpr int kConnectTimeoutS = 5;

// Generic plans, because the moves' arrays differ in length only; nested loops over indexes, because a batch is small whatever the
// statistics say about tables that just grew. What is remembered of a probe would be asked for once.
constexpr std::string_view kHotPlanner =
    " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off"
    " -c enable_memoize=off -c max_parallel_workers_per_gather=0 -c jit=off";

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.')
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string quoted_value(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + '\'';
}

}  // namespace

std::string connection_text(const DatabaseOptions& options, bool hot) {
  std::string settings = fmt::format("-c lock_timeout={} -c idle_in_transaction_session_timeout={}", options.lock_timeout.count(),
                                     options.idle_in_transaction_timeout.count());
  if (hot)
    settings += fmt::format(" -c statement_timeout={} -c argosy.max_task_steps={} -c argosy.max_task_depth={}{}",
                            options.statement_timeout.count(), options.max_task_steps, options.max_task_depth, kHotPlanner);
  const std::pair<std::string_view, std::string> more[] = {
      {"options", settings},
      {"application_name", options.application_name},
      {"connect_timeout", std::to_string(kConnectTimeoutS)},
      {"tcp_user_timeout", std::to_string(kTcpUserTimeoutMs)},
      {"client_encoding", "UTF8"},
  };
  std::string text = options.url;
  if (text.starts_with("postgres://") || text.starts_with("postgresql://")) {
    char separator = text.find('?') == std::string::npos ? '?' : '&';
    for (const auto& [key, value] : more) {
      text += fmt::format("{}{}={}", separator, key, percent_encoded(value));
      separator = '&';
    }
  } else {
    for (const auto& [key, value] : more) text += fmt::format(" {}={}", key, quoted_value(value));
  }
  return text;
}

std::expected<void, Refusal> prepare_all(Connection& connection) {
  for (const EmbeddedSql& sql : embedded_statements())
    if (auto done = connection.prepare(std::string(sql.name), std::string(sql.text)); !done) return done;
  return {};
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

}  // namespace argosy::store
