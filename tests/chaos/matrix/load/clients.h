// The clients of a run: they keep tasks coming over HTTP at a steady pace, repeat under the same key what was not answered (but for some
// that give up), send some requests that must be refused and repeat some that were answered. Threads of their own.
#pragma once

#include <thread>
#include <vector>

#include "common/http/message.h"
#include "tests/chaos/matrix/fleet/stage.h"
#include "tests/chaos/matrix/gate.h"
#include "tests/chaos/matrix/load/book.h"

namespace argosy::chaos {

// One request to the API as JSON; nothing when no answer came.
struct ApiAnswer {
  int status = 0;  // 0: none came
  json::Value body{};
  std::string etag{};
};
ApiAnswer ask_api(const Stage& stage, const std::string& method, const std::string& path, const json::Value& body = {},
                  http::Headers headers = {});

class Clients {
 public:
  Clients(const Stage& stage, Book& book, double per_second);
  ~Clients();  // finish()
  // No more orders; what has no answer yet is repeated until it has one, or for `patience`.
  void finish(std::chrono::milliseconds patience);

 private:
  void loop();
  bool wait_for_turn();
  void submit(const Order& order);

  const Stage& stage_;
  Book& book_;
  const std::chrono::nanoseconds every_;
  std::mutex mutex_;
  std::chrono::nanoseconds next_at_;
  Gate no_more_, give_up_;
  std::vector<std::thread> threads_;
  std::size_t running_ = 0;
  std::condition_variable changed_;
};

}  // namespace argosy::chaos
