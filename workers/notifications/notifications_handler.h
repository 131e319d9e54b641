// Tells a webhook how its task ended: at least once, under one delivery id, signed. What it needs of Postgres comes in as functions. One
// object serves all slots of the process; thread-safe as far as the functions are.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "common/runtime/handler.h"
#include "workers/notifications/webhook.h"

namespace argosy::notifications {

struct Delivery {
  TaskId task;
  std::int16_t step = 0, attempt = 0;
  std::string id;
  int status = 0;     // 0: no answer
  std::string error;  // empty: it was taken
};

struct NotificationsOptions {
  std::string secret;           // whsec_...; empty: webhooks are refused, because a receiver could not tell them from a stranger's
  bool allow_loopback = false;  // http and https to this machine, for trying things out
  std::chrono::milliseconds timeout{10'000};
  // Nothing when the task is unknown to this organisation.
  std::function<Result<std::optional<TaskSummary>>(const OrgId&, const TaskId&)> look_up;
  std::function<Result<void>(const Delivery&)> record;
};

class NotificationsHandler final : public runtime::Handler {
 public:
  explicit NotificationsHandler(NotificationsOptions options) : options_(std::move(options)) {}

  // kind "notify", NotifyPayload, on the task's end. Errors: webhook_unknown, webhook_secret_missing, task_not_found (B), task_not_ended
  // (A), those of http::check_webhook_url, http::fetch and verdict().
  Result<runtime::StepResult> run(const runtime::Step& step, runtime::StepContext& context) override;
  // A secret that cannot be used. None at all is no problem as long as nobody asks for webhooks.
  std::optional<std::string> problem() override;

 private:
  Result<http::Response> send(const std::string& url, const std::string& delivery_id, const std::string& body, UnixMillis now) const;

  NotificationsOptions options_;
};

}  // namespace argosy::notifications
