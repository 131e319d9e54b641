// The files that steps of agents begin with, on the disk once for all steps that begin with the same: hundreds of loops wait at once, and
// none of them writes there. Vanishes with its last user. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "common/code/index/index.h"
#include "common/code/source_tree.h"
#include "common/runtime/handler.h"
#include "common/vcs/repository.h"
#include "workers/codegen/agent/stored_index.h"

namespace argosy::codegen {

// Of a tree: a commit's, or what steps have made of it.
using BuildIndex = std::function<Result<std::shared_ptr<const code::Index>>(const IndexPlace& place, const code::SourceTree&)>;

class SharedTree {
 public:
  SharedTree(std::unique_ptr<vcs::Repository> repository, std::unique_ptr<vcs::WorkTree> tree,
             std::shared_ptr<const code::SourceTree> source)
      : repository_(std::move(repository)), tree_(std::move(tree)), source_(std::move(source)) {}

  const code::SourceTree& source() const { return *source_; }
  // Built for whoever asks first; others wait for it. Errors: those of `build`, which is asked again then.
  Result<std::shared_ptr<const code::Index>> index(const BuildIndex& build, const IndexPlace& place);
  // Where it is found lives as long as it. Once, by who opened it.
  void keep(std::shared_ptr<const void> place) { place_ = std::move(place); }

 private:
  const std::unique_ptr<vcs::Repository> repository_;
  const std::unique_ptr<vcs::WorkTree> tree_;
  const std::shared_ptr<const code::SourceTree> source_;
  std::shared_ptr<const void> place_;
  std::mutex mutex_;
  std::shared_ptr<const code::Index> index_;
};

class SharedTrees {
 public:
  // The tree that `key` names (brief.h): the base commit and what the steps before this one did. Opened by who comes first. Errors: those
  // of vcs and the artifacts.
  Result<std::shared_ptr<SharedTree>> get(const std::string& key, const vcs::VcsOptions& options, const std::string& base_commit,
                                          const runtime::Step& step, runtime::StepContext& context);

 private:
  // Who opens a tree holds its place; others wait there, and not for other trees.
  struct Place {
    std::mutex mutex;
    std::weak_ptr<SharedTree> tree;
  };
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Place>> places_;
};

}  // namespace argosy::codegen
