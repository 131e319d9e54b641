// What makes code searchable by its meaning, for each repository that agents of this process search in: vectors of the definitions, of
// which the next commit makes only those that are new. Used by Models. Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "common/code/index/index.h"
#include "common/code/search/semantic.h"
#include "common/code/source_tree.h"

namespace argosy::codegen {

class MeaningShelf {
 public:
  explicit MeaningShelf(std::size_t most_vectors = kMostVectors) : most_vectors_(most_vectors) {}

  static constexpr std::size_t kMost = 8;                             // repositories whose vectors are kept, those that were searched last
  static constexpr std::size_t kMostVectors = 2 * code::kMostChunks;  // of them together, but for the last
  static constexpr std::size_t kMostHits = 12;                        // of a search

  // Nearest first. `owner`: whose the repository is, and which. Makes the vectors that are missing with `embed`, which may take minutes the
  // first time: meanwhile others are told so (A: semantic_search_busy). Errors: those of SemanticSearch. Blocks.
  Result<std::vector<code::SemanticHit>> find(const std::string& owner, const code::Index& index, const code::SourceTree& tree,
                                              const std::string& question, const code::Embed& embed);

 private:
  struct Place {
    std::mutex mutex;
    const code::Embed* embed = nullptr;  // of who searches now: who pays is theirs
    std::atomic<std::size_t> vectors = 0;
    code::SemanticSearch search{[this](std::vector<std::string> texts) { return (*embed)(std::move(texts)); }};
  };
  std::shared_ptr<Place> place_of(const std::string& owner);
  void forget_some();

  const std::size_t most_vectors_;
  std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<Place>>> kept_;  // used last, first
};

}  // namespace argosy::codegen
