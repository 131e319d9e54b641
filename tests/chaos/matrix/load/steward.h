// The person at the desk: answers what tasks ask, edits plans that are followed, and brings back what has failed for good. A thread of its
// own.
#pragma once

#include <thread>

#include "tests/chaos/matrix/load/clients.h"

namespace argosy::chaos {

class Steward {
 public:
  Steward(const Stage& stage, Book& book);
  ~Steward();

 private:
  void loop();
  void answer(const std::string& task);
  void edit(const std::string& task);

  const Stage& stage_;
  Book& book_;
  Gate over_;
  std::thread thread_;
};

}  // namespace argosy::chaos
