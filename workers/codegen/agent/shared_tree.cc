#include "workers/codegen/agent/shared_tree.h"

#include <atomic>
#include <utility>

#include "workers/codegen/change_maker.h"
#include "workers/codegen/disk_source.h"

namespace argosy::codegen {
namespace {

// As long as it is opened it listens to the step that opens it; later to nobody.
struct Opener {
  std::atomic<const runtime::StepContext*> context;
  bool cancelled() const {
    const auto* const step = context.load();
    return step != nullptr && step->cancelled();
  }
};

Result<std::shared_ptr<SharedTree>> open(vcs::VcsOptions options, const std::string& base_commit, const runtime::Step& step,
                                         runtime::StepContext& context) {
  const auto opener = std::make_shared<Opener>(&context);
  options.cancelled = [opener] { return opener->cancelled(); };
  ARGOSY_TRY(auto repository, vcs::Repository::open(options, step.task.url));
  ARGOSY_TRY(auto tree, repository->checkout(base_commit));
  ARGOSY_TRY_VOID(apply_predecessors(*tree, step, context));
  ARGOSY_TRY(auto source, DiskSource::open(*tree));
  opener->context = nullptr;
  return std::make_shared<SharedTree>(std::move(repository), std::move(tree), std::make_shared<const DiskSource>(std::move(source)));
}

}  // namespace

Result<std::shared_ptr<const code::Index>> SharedTree::index(const BuildIndex& build, const IndexPlace& place) {
  const std::lock_guard lock(mutex_);
  if (index_ == nullptr) {
    ARGOSY_TRY(index_, build(place, *source_));
  }
  return index_;
}

Result<std::shared_ptr<SharedTree>> SharedTrees::get(const std::string& key, const vcs::VcsOptions& options, const std::string& base_commit,
                                                     const runtime::Step& step, runtime::StepContext& context) {
  std::shared_ptr<Place> place;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(places_, [](const auto& one) { return one.second.expired(); });
    place = places_[key].lock();
    if (place == nullptr) places_[key] = place = std::make_shared<Place>();
  }
  const std::lock_guard lock(place->mutex);
  if (auto there = place->tree.lock()) return there;
  ARGOSY_TRY(auto opened, open(options, base_commit, step, context));
  opened->keep(place);
  place->tree = opened;
  return opened;
}

}  // namespace argosy::codegen
