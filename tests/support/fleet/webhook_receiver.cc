#include "tests/support/fleet/webhook_receiver.h"

#include <stdexcept>

#include <fmt/format.h>

#include "common/core/json.h"

namespace argosy::test {

WebhookReceiver::WebhookReceiver() : server_({}) {
  server_.route("POST", "/hook", [this](http::Request request, http::Respond respond) {
    const auto payload = json::parse(request.body).value_or(json::Value());
    const auto* data = payload.find("data");
    {
      const std::lock_guard lock(mutex_);
      const auto task = data ? data->string_or("task_id", "") : "";
      ids_[task].insert(request.header("webhook-id"));
      traceparents_[task] = request.header("traceparent");
    }
    respond({.status = 204});
  });
  if (const auto started = server_.start(); !started) throw std::runtime_error(to_string(started.error()));
}

std::string WebhookReceiver::url() const { return fmt::format("http://127.0.0.1:{}/hook", server_.port()); }

std::set<std::string> WebhookReceiver::ids_of(const std::string& task_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = ids_.find(task_id);
  return found == ids_.end() ? std::set<std::string>{} : std::set<std::string>(found->second.begin(), found->second.end());
}

std::size_t WebhookReceiver::deliveries_of(const std::string& task_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = ids_.find(task_id);
  return found == ids_.end() ? 0 : found->second.size();
}

std::string WebhookReceiver::traceparent_of(const std::string& task_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = traceparents_.find(task_id);
  return found == traceparents_.end() ? "" : found->second;
}

std::map<std::string, std::set<std::string>> WebhookReceiver::all() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::set<std::string>> out;
  for (const auto& [task, ids] : ids_) out.emplace(task, std::set<std::string>(ids.begin(), ids.end()));
  return out;
}

std::size_t WebhookReceiver::tasks() const {
  const std::lock_guard lock(mutex_);
  return ids_.size();
}

}  // namespace argosy::test
