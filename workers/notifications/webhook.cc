#include "workers/notifications/webhook.h"

#include <fmt/format.h>

#include <ctime>

#include "common/core/crypto.h"
#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::notifications {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::size_t kMinKey = 24, kMaxKey = 64;  // bytes, by the specification
constexpr std::chrono::hours kMaxRetryAfter{1};    // what a receiver may ask for; then we ask again

// Seconds or an HTTP date.
std::optional<std::chrono::milliseconds> retry_after(const http::Response& response, UnixMillis now) {
  const auto it = response.headers.find("retry-after");
  if (it == response.headers.end()) return std::nullopt;
  std::chrono::milliseconds wait{};
  if (const auto seconds = text::to_int(text::trim(it->second))) {
    wait = *seconds > kMaxRetryAfter / std::chrono::seconds(1) ? kMaxRetryAfter : std::chrono::seconds(*seconds);
  } else {
    std::tm date{};
    if (::strptime(it->second.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr) return std::nullopt;
    wait = std::chrono::milliseconds(static_cast<UnixMillis>(::timegm(&date)) * 1000 - now);
  }
  if (wait <= std::chrono::milliseconds(0)) return std::nullopt;
  return std::min<std::chrono::milliseconds>(wait, kMaxRetryAfter);
}

json::Value text_or_null(const std::string& text) { return text.empty() ? json::Value() : json::Value(text); }

json::Value tests_json(const std::optional<tasks::TestCounts>& tests) {
  if (!tests) return {};
  return json::Object{
      {"passed", tests->passed}, {"failed", tests->failed}, {"skipped", tests->skipped}, {"duration_ms", tests->duration_ms}};
}

json::Value error_json(const std::optional<Error>& error) {
  if (!error) return {};
  return json::Object{
      {"category", std::string(1, letter(error->category))}, {"code", error->code}, {"message", error->message}, {"hint", error->hint}};
}

}  // namespace

Result<std::string> signing_key(std::string_view secret) {
  if (secret.starts_with(kSecretPrefix)) secret.remove_prefix(kSecretPrefix.size());
  auto key = text::from_base64(secret);
  if (!key || key->size() < kMinKey || key->size() > kMaxKey)
    return fail_user("webhook_secret_invalid", "ARGOSY_WEBHOOK_SECRET is not whsec_ and the base64 of 24 to 64 bytes",
                     "make one: echo whsec_$(head -c 32 /dev/urandom | base64)");
  return std::move(*key);
}

std::string payload(const TaskSummary& task) {
  const auto status = tasks::to_string(task.status);
  return json::dump(json::Object{{"type", fmt::format("task.{}", status)},
                                 {"timestamp", rfc3339(task.ended_at)},
                                 {"data", json::Object{{"task_id", task.id.to_string()},
                                                       {"status", status},
                                                       {"repository_id", task.repository_id},
                                                       {"branch", text_or_null(task.branch)},
                                                       {"commit", text_or_null(task.commit)},
                                                       {"tests", tests_json(task.tests)},
                                                       {"error", error_json(task.error)}}}});
}

http::Headers signed_headers(std::string_view key, std::string_view delivery_id, UnixMillis now, std::string_view payload) {
  const auto timestamp = std::to_string(now / 1000);
  const auto signature = crypto::hmac_sha256(key, fmt::format("{}.{}.{}", delivery_id, timestamp, payload));
  return {{"content-type", "application/json"},
          {"user-agent", "argosy"},
          {"webhook-id", std::string(delivery_id)},
          {"webhook-timestamp", timestamp},
          {"webhook-signature", "v1," + text::base64(signature)}};
}

std::optional<Error> verdict(const http::Response& response, UnixMillis now) {
  const int status = response.status;
  if (status >= 200 && status < 300) return std::nullopt;
  const auto answered = fmt::format("the webhook answered {}", status);
  if (status == 410) return fail_user("webhook_gone", answered + ": it wants no more", "leave this webhook out of further tasks").error();
  if (status >= 300 && status < 400)
    return fail_user("webhook_redirected", answered + ", and redirects are not followed", "give the webhook's final URL").error();
  if (status != 408 && status != 425 && status != 429 && status < 500)
    return fail_user("webhook_refused", answered,
                     "look at the receiver's log; it checks the signature with the secret of ARGOSY_WEBHOOK_SECRET")
        .error();
  auto error = fail_transient("webhook_unavailable", answered).error();
  error.retry_after = retry_after(response, now);
  return error;
}

}  // namespace argosy::notifications
