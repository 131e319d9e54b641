// Parses of large sources that are being edited, kept so that the next edit has only that parsed which it touches: what the syntax check of
// an edit has parsed, the index and the tools after it need not parse, nor the check of the next edit. Found by the whole text, so that who
// asks for another's text has it already. Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>

#include "common/code/syntax/parse.h"
#include "common/code/syntax/tree.h"

namespace argosy::code {

class KeptParses {
 public:
  static constexpr std::size_t kFrom = 64u << 10;       // bytes of a source: a smaller one is parsed in milliseconds
  static constexpr std::size_t kMostBytes = 64u << 20;  // of texts and trees together; those used last stay

  explicit KeptParses(std::size_t from = kFrom, std::size_t most_bytes = kMostBytes) : from_(from), most_bytes_(most_bytes) {}

  // The tree of exactly this text, else null. Trees share what they have in common.
  TreeHandle find(Language language, std::string_view text);
  // The tree of `text`, in the place of which `before` stood: the same that Parser::parse() makes of it alone, with the same errors. Where
  // the tree of `before` is kept, only what differs is parsed; where the text has errors, all of it, because what is put together around
  // an error depends on what was there before. It is kept when it is large.
  Result<TreeHandle> parse(Language language, std::string_view before, std::string_view text);

  std::size_t continued() const;  // parses that began with the tree of an earlier text

 private:
  struct Kept {
    Language language;
    std::uint64_t hash;
    std::string text;
    TreeHandle tree;
    std::size_t bytes;
  };
  TreeHandle newest(Language language, std::string_view text, std::size_t& bytes);
  void keep(Language language, std::string_view text, const TSTree* tree, std::size_t bytes);

  const std::size_t from_, most_bytes_;
  mutable std::mutex mutex_;
  std::list<Kept> kept_;  // used last, first
  std::size_t continued_ = 0;
};

// Of this process.
KeptParses& kept_parses();

}  // namespace argosy::code
