#include "workers/codegen/agent/index_shelf.h"

#include <algorithm>
#include <utility>

namespace argosy::codegen {
namespace {

constexpr unsigned kThreads = 2;

}  // namespace

Result<std::shared_ptr<const code::Index>> IndexShelf::build(const IndexPlace& place, const code::SourceTree& tree) {
  auto before = newest(place);  // held while it is read
  StoredIndexes::Loaded loaded;
  if (before.index == nullptr && stored_ != nullptr) {
    loaded = stored_->load(place);
    before.stored = std::move(loaded.parts);
  }
  ARGOSY_TRY(auto index, code::Index::build(tree, before.index.get(), kThreads, &loaded.tags));
  if (stored_ != nullptr) stored_->save(place, *index, before.stored);
  keep({.org = place.org,
        .repository = place.repository,
        .index = index,
        .stored = std::move(before.stored),
        .in_a_row = before.in_a_row + 1});
  return index;
}

IndexShelf::Kept IndexShelf::newest(const IndexPlace& place) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find_if(kept_, [&](const Kept& one) { return one.org == place.org && one.repository == place.repository; });
  return found == kept_.end() || found->in_a_row >= kMostInARow ? Kept{} : *found;
}

void IndexShelf::keep(Kept kept) {
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const Kept& one) { return one.org == kept.org && one.repository == kept.repository; });
  kept_.push_front(std::move(kept));
  std::size_t files = 0;
  std::erase_if(kept_, [&](const Kept& one) { return (files += one.index->files().size()) > most_files_; });
}

}  // namespace argosy::codegen
