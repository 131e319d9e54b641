// Users who follow tasks over WebSocket from their first event to their last, one task after the other; whatever breaks their connection,
// they come back with the last event that they have. Threads of their own.
#pragma once

#include <thread>
#include <vector>

#include "tests/chaos/matrix/load/clients.h"

namespace argosy::chaos {

class Watchers {
 public:
  Watchers(const Stage& stage, Book& book);
  ~Watchers();
  // They begin nothing new, and what they have begun must end within `patience`. What they got.
  std::vector<Watched> finish(std::chrono::milliseconds patience);

 private:
  void loop();
  Watched follow(const std::string& task) const;
  void read_on(Watched& watched) const;
  bool is_over(const Watched& watched) const;

  const Stage& stage_;
  Book& book_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t running_ = 0;
  std::vector<Watched> watched_;
  Gate no_more_, give_up_;
  std::vector<std::thread> threads_;
};

}  // namespace argosy::chaos
