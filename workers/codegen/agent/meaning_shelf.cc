#include "workers/codegen/agent/meaning_shelf.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace argosy::codegen {

Result<std::vector<code::SemanticHit>> MeaningShelf::find(const std::string& owner, const code::Index& index, const code::SourceTree& tree,
                                                          const std::string& question, const code::Embed& embed) {
  const auto place = place_of(owner);
  const std::unique_lock lock(place->mutex, std::try_to_lock);
  if (!lock) return fail_transient("semantic_search_busy", "another agent makes the vectors of this repository just now");
  place->embed = &embed;
  auto read = place->search.read(index.files(), tree);
  place->vectors = place->search.chunks();
  forget_some();
  if (!read) return std::unexpected(std::move(read.error()));
  return place->search.find(question, kMostHits);
}

std::shared_ptr<MeaningShelf::Place> MeaningShelf::place_of(const std::string& owner) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(kept_, owner, [](const auto& one) { return one.first; });
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
  } else {
    kept_.emplace_front(owner, std::make_shared<Place>());
    if (kept_.size() > kMost) kept_.pop_back();
  }
  return kept_.front().second;
}

void MeaningShelf::forget_some() {
  const std::lock_guard lock(mutex_);
  std::size_t all = 0;
  for (auto at = kept_.begin(); at != kept_.end();) {
    all += at->second->vectors;
    at = at != kept_.begin() && all > most_vectors_ ? kept_.erase(at) : std::next(at);
  }
}

}  // namespace argosy::codegen
