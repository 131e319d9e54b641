// How much memory a parse may take, and, for small sources, where from.
//
// Memory for one parse at a time and thread: taken piece by piece from blocks that are kept, and given back as a whole. tree-sitter makes
// many thousands of small pieces for a file; giving them back one by one costs a tenth of a parse. Other threads, and parses without it,
// use malloc as ever. Nothing that was made while it is there may be used after it.
#pragma once

#include <cstddef>

namespace argosy::code {

class ParseMemory {
 public:
  // At most this much is kept from one parse to the next; for sources up to a size that needs no more.
  static constexpr std::size_t kKept = 16u << 20;
  static constexpr std::size_t kMaxSource = 128u << 10;

  // One at a time a thread.
  ParseMemory();
  ~ParseMemory();
  ParseMemory(const ParseMemory&) = delete;
  ParseMemory& operator=(const ParseMemory&) = delete;
};

// Counts what tree-sitter takes on this thread, from wherever, as long as it is there. tree-sitter cannot be refused memory: past the bound
// a flag is raised, at which its parser looks every hundred operations. One at a time a thread.
class ParseBudget {
 public:
  explicit ParseBudget(std::size_t most_bytes);
  ~ParseBudget();
  ParseBudget(const ParseBudget&) = delete;
  ParseBudget& operator=(const ParseBudget&) = delete;

  const std::size_t* is_spent() const { return &spent_; }  // 0: it is not
  std::size_t most() const { return static_cast<std::size_t>(most_); }
  std::size_t now() const { return static_cast<std::size_t>(now_ < 0 ? 0 : now_); }
  void count(std::ptrdiff_t bytes) {
    now_ += bytes;
    if (now_ <= most_) return;
    most_ = now_;
    if (most_ > bound_) spent_ = 1;
  }

 private:
  const std::ptrdiff_t bound_;
  std::ptrdiff_t now_ = 0, most_ = 0;  // below 0: what was there before was given back
  std::size_t spent_ = 0;
};

}  // namespace argosy::code
