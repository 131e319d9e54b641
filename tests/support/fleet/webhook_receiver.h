// Takes webhooks as a user's server would, and remembers which ids it saw. Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "common/http/server.h"

namespace argosy::test {

class WebhookReceiver {
 public:
  WebhookReceiver();  // throws std::runtime_error when it cannot listen
  std::string url() const;
  std::set<std::string> ids_of(const std::string& task_id) const;  // webhook-id of all deliveries that told of the task
  std::size_t deliveries_of(const std::string& task_id) const;     // how many there were
  std::string traceparent_of(const std::string& task_id) const;    // of the newest delivery; empty: it had none
  std::map<std::string, std::set<std::string>> all() const;        // ids by task
  std::size_t tasks() const;                                       // how many were told of

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::multiset<std::string>> ids_;  // by task
  std::map<std::string, std::string> traceparents_;        // likewise
  http::Server server_;
};

}  // namespace argosy::test
