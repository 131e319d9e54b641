#include "workers/codegen/agent/index_shelf.h"

#include <algorithm>
#include <utility>

namespace argosy::codegen {
namespace {

constexpr unsigned kThreads = 2;

}  // namespace

Result<std::shared_ptr<const code::Index>> IndexShelf::build(const std::string& repository, const code::SourceTree& tree) {
  const auto before = newest(repository);  // held while it is read
  ARGOSY_TRY(auto index, code::Index::build(tree, before.index.get(), kThreads));
  keep({.repository = repository, .index = index, .in_a_row = before.index == nullptr ? 1 : before.in_a_row + 1});
  return index;
}

IndexShelf::Kept IndexShelf::newest(const std::string& repository) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(kept_, repository, &Kept::repository);
  return found == kept_.end() || found->in_a_row >= kMostInARow ? Kept{} : *found;
}

void IndexShelf::keep(Kept kept) {
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const Kept& one) { return one.repository == kept.repository; });
  kept_.push_front(std::move(kept));
  std::size_t files = 0;
  std::erase_if(kept_, [&](const Kept& one) { return (files += one.index->files().size()) > most_files_; });
}

}  // namespace argosy::codegen
