// One request's answer on its way back: made by a session, completed once from any thread, through a Respond or an Accept. Internal to the
// room. Dropping the last of them without a word answers 500, so that no client waits for ever.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <variant>

#include "common/http/server.h"

namespace argosy::http {

using OnUpgrade = std::function<WebSocketEvents(std::shared_ptr<WebSocket>)>;
using Answer = std::variant<Response, OnUpgrade>;

class Exchange {
 public:
  // `deliver` wakes the session; it is called exactly once, on the thread that answers.
  explicit Exchange(std::function<void(Answer)> deliver) : deliver_(std::move(deliver)) {}
  ~Exchange() { complete(problem_response({.status = 500, .type = "internal", .detail = "The request was dropped without an answer."})); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void complete(Answer answer) {
    if (!done_.exchange(true)) deliver_(std::move(answer));
  }

 private:
  std::function<void(Answer)> deliver_;
  std::atomic<bool> done_ = false;
};

}  // namespace argosy::http
