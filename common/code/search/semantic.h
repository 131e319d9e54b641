// Definitions by what they mean: their texts as vectors, nearest first. Who makes the vectors is handed in, because models are another
// room's; without one it says that it is off. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/index/index.h"

namespace argosy::code {

// One vector a text, in their order, all of one size.
using Embed = std::function<Result<std::vector<std::vector<float>>>(std::vector<std::string> texts)>;

inline constexpr std::size_t kMostChunks = 20'000;  // definitions that are kept; those beyond are not found
inline constexpr std::size_t kMostChunk = 3'000;    // bytes of a definition that count
inline constexpr std::size_t kMostEmbedded = 96;    // texts of one call
inline constexpr std::size_t kMostEmbeddedBytes = 512u << 10;

struct Chunk {
  std::string path, name;  // with its scope: "Outer.name"
  std::uint32_t line = 0, end_line = 0;
  std::string text{};
};
// The definitions of a file, each without those that stand in it, under a line that names file and scope.
std::vector<Chunk> chunks_of(const IndexedFile& file, std::string_view text);

struct SemanticHit {
  std::string path, name;
  std::uint32_t line = 0, end_line = 0;
  double score = 0.0;  // cosine
};

class SemanticSearch {
 public:
  explicit SemanticSearch(Embed embed) : embed_(std::move(embed)) {}

  bool on() const { return embed_ != nullptr; }
  // Makes vectors of what is new or has changed, and forgets files that are gone. Errors: those of the tree and of the embedder, after
  // which it knows the files whose vectors were all made; semantic_search_off (B).
  Result<void> read(std::span<const IndexedFile> files, const SourceTree& tree);
  // Errors: as read().
  Result<std::vector<SemanticHit>> find(std::string_view question, std::size_t most) const;
  std::size_t chunks() const;

 private:
  struct Known {
    std::uint64_t hash = 0;
    std::vector<Chunk> chunks{};  // their texts are dropped when they have vectors
    std::vector<std::vector<float>> vectors{};
  };
  Result<void> embed(std::vector<Known*>& fresh);

  Embed embed_;
  std::map<std::string, Known> known_;  // by path
};

}  // namespace argosy::code
