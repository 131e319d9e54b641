// The client's memory of a run: what it ordered and what it was told. Whoever reads answers writes here; whoever asks, follows streams or
// audits reads. What is told is also appended to a file at once. Thread-safe.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/chaos/matrix/ledger/evidence.h"

namespace argosy::chaos {

class Book {
 public:
  Book(const std::filesystem::path& file, std::uint64_t seed);

  // The next order; its errand is the seed's choice.
  Order next();
  // Of an order that was sent; may be told several times. `task` is the id of a 202.
  void told(const Order& order, Request::Told told, const std::string& task = "");

  std::size_t accepted() const;
  std::vector<Request> requests() const;
  // Accepted tasks that ask, whose question was not answered yet.
  std::vector<std::string> asking() const;
  void answered(const std::string& task);
  // Accepted tasks with a plan that is to be edited: until that was answered, or is too late.
  std::vector<std::string> followed() const;
  void left_alone(const std::string& task);
  void edited(const std::string& task);
  std::set<std::string> all_edited() const;
  // The newest accepted task that nobody was given; nothing when there is none.
  std::optional<std::string> one_to_watch();

 private:
  const std::uint64_t seed_;
  mutable std::mutex mutex_;
  std::ofstream file_;
  std::int64_t last_ = 0;
  std::map<std::int64_t, Request> requests_;
  std::size_t accepted_ = 0;
  std::set<std::string> asking_, followed_, edited_;
  std::vector<std::string> unwatched_;
};

}  // namespace argosy::chaos
