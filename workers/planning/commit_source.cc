#include "workers/planning/commit_source.h"

#include <filesystem>
#include <utility>

namespace argosy::planning {
namespace {

// One run of git reads at most so much ahead...
constexpr std::size_t kReadAheadBytes = 8u << 20;
constexpr std::size_t kReadAheadFiles = 512;
// ...and with more than this in memory the cache starts anew.
constexpr std::size_t kCacheBytes = 64u << 20;

std::string extension(const std::string& path) { return std::filesystem::path(path).extension().string(); }

}  // namespace

Result<CommitSource> CommitSource::open(vcs::Repository& repository, const std::string& commit) {
  CommitSource source(repository);
  ARGOSY_TRY(auto entries, repository.files(commit));
  for (auto& entry : entries) {
    auto path = entry.path;
    if (entry.mode == "100644" || entry.mode == "100755")
      source.files_.emplace(std::move(path), std::move(entry));
    else
      source.special_.emplace(std::move(path), std::move(entry.mode));
  }
  return source;
}

Result<std::vector<std::string>> CommitSource::list() const {
  std::vector<std::string> paths;
  paths.reserve(files_.size());
  for (const auto& [path, entry] : files_) paths.push_back(path);
  return paths;
}

Result<std::optional<std::string>> CommitSource::read(const std::string& path) const {
  const auto entry = files_.find(path);
  if (entry == files_.end()) return std::nullopt;
  if (!cache_.contains(path)) ARGOSY_TRY_VOID(read_ahead(entry));
  return cache_.at(path);
}

Result<void> CommitSource::read_ahead(std::map<std::string, vcs::FileEntry>::const_iterator first) const {
  if (cached_bytes_ > kCacheBytes) {
    cache_.clear();
    cached_bytes_ = 0;
  }
  const auto kind = extension(first->first);
  std::vector<std::string> paths, ids;
  std::size_t bytes = 0;
  for (auto it = first; it != files_.end() && paths.size() < kReadAheadFiles; ++it) {
    if (extension(it->first) != kind || cache_.contains(it->first)) continue;
    bytes += static_cast<std::size_t>(it->second.size);
    if (!paths.empty() && bytes > kReadAheadBytes) break;
    paths.push_back(it->first);
    ids.push_back(it->second.id);
  }
  ARGOSY_TRY(auto blobs, repository_->read_blobs(ids));
  for (std::size_t i = 0; i < paths.size(); ++i) {
    cached_bytes_ += blobs[i].size();
    cache_[paths[i]] = std::move(blobs[i]);
  }
  return {};
}

}  // namespace argosy::planning
