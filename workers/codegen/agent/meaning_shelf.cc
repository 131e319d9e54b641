#include "workers/codegen/agent/meaning_shelf.h"

#include <algorithm>
#include <utility>

namespace argosy::codegen {

Result<std::vector<code::SemanticHit>> MeaningShelf::find(const std::string& owner, const code::Index& index, const code::SourceTree& tree,
                                                          const std::string& question, const code::Embed& embed) {
  const auto place = place_of(owner);
  const std::unique_lock lock(place->mutex, std::try_to_lock);
  if (!lock) return fail_transient("semantic_search_busy", "another agent makes the vectors of this repository just now");
  place->embed = &embed;
  ARGOSY_TRY_VOID(place->search.read(index.files(), tree));
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

}  // namespace argosy::codegen
