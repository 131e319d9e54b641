// The one way in which common/code has a text parsed: within a time and a memory, so that no file ends the process. Used by tree.cc,
// query.cc and tags/. A parser is used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "common/code/syntax/tree.h"

struct TSParser;
struct TSTree;

namespace argosy::code {

// A parse is linear in practice; these end the one that is not. Usual sources take 10 to 40 bytes for each of theirs, and none is longer
// than kMaxSourceBytes.
inline constexpr std::uint64_t kMaxParseMicros = 10'000'000;
inline constexpr std::size_t kMaxParseBytes = 256u << 20;

struct CloseTree {
  void operator()(TSTree* tree) const;
};
using TreeHandle = std::unique_ptr<TSTree, CloseTree>;

class Parser {
 public:
  explicit Parser(Language language, std::size_t max_bytes = kMaxParseBytes);

  // `old`: the tree of an earlier text, told of the edit between them; what the edit did not touch is not parsed again. The bytes may be
  // gone afterwards. Errors (B): source_unreadable (the grammar does not fit, or it takes too long), source_too_costly (it takes too much
  // memory; a hundred operations of the parser after the bound at the latest).
  Result<TreeHandle> parse(std::string_view text, const TSTree* old = nullptr);
  // Bytes of the last parse, at their most, and those that its tree holds.
  std::size_t most_bytes() const { return most_bytes_; }
  std::size_t held_bytes() const { return held_bytes_; }

 private:
  struct Close {
    void operator()(TSParser* parser) const;
  };
  std::unique_ptr<TSParser, Close> parser_;  // null: the grammar does not fit
  std::size_t max_bytes_, most_bytes_ = 0, held_bytes_ = 0;
};

}  // namespace argosy::code
