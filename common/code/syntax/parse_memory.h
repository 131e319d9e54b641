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

}  // namespace argosy::code
