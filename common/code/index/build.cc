#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "common/code/index/content_hash.h"
#include "common/code/index/index.h"
#include "common/code/index/packer.h"
#include "common/code/index/piece.h"
#include "common/code/tags/reader.h"

namespace argosy::code {
namespace {

bool is_foreign(std::string_view path) {
  for (std::size_t at = 0;;) {
    const auto slash = path.find('/', at);
    if (slash == std::string_view::npos) return false;
    if (std::ranges::find(kForeignFolders, path.substr(at, slash - at)) != kForeignFolders.end()) return true;
    at = slash + 1;
  }
}

bool is_indexed(const std::string& path) { return language_of(path) && !is_foreign(path); }

// Null: no grammar can read it.
std::shared_ptr<const FileTags> parsed(const std::string& path, std::string_view bytes, TagReader& reader, Packer& packer, RawTags& raw) {
  const auto utf8 = as_utf8(bytes);
  const auto language = reader.read_file(path, utf8 ? *utf8 : bytes, raw);
  return language ? packer.pack(*language, raw) : nullptr;
}

const IndexedFile* with_bytes(const Index* index, const std::string& path, std::uint64_t hash) {
  const IndexedFile* file = index == nullptr ? nullptr : index->file(path);
  return file != nullptr && file->hash == hash ? file : nullptr;
}

// What the threads of one build share: files are taken one after the other, and read from the tree by one thread at a time.
class Build {
 public:
  Build(const SourceTree& tree, const Index* before, const StoredTags* stored, std::shared_ptr<Names> names, std::vector<std::string> paths)
      : tree_(tree), before_(before), stored_(stored), names_(std::move(names)), paths_(std::move(paths)), files_(paths_.size()) {}

  void work() {
    TagReader reader;
    Packer packer(names_);
    RawTags raw;
    while (const auto taken = next()) {
      const auto& [at, bytes] = *taken;
      IndexedFile& file = files_[at];
      file.hash = content_hash(bytes);
      if (const auto* old = with_bytes(before_, paths_[at], file.hash)) {
        file.tags = old->tags;
        continue;
      }
      if (stored_ != nullptr) file.tags = stored_->find(tag_key(paths_[at], file.hash), names_);
      if (file.tags != nullptr) continue;
      ++parsed_;
      file.tags = parsed(paths_[at], bytes, reader, packer, raw);
    }
  }

  std::size_t count() const { return parsed_; }  // files that were parsed
  Result<std::vector<IndexedFile>> finish() {
    if (error_) return std::unexpected(*error_);
    for (std::size_t i = 0; i < files_.size(); ++i) files_[i].path = std::move(paths_[i]);
    std::erase_if(files_, [](const IndexedFile& file) { return file.tags == nullptr; });
    return std::move(files_);
  }

 private:
  std::optional<std::pair<std::size_t, std::string>> next() {
    const std::scoped_lock lock(mutex_);
    while (!error_ && next_ < paths_.size()) {
      const auto at = next_++;
      auto bytes = tree_.read(paths_[at]);
      if (!bytes && bytes.error().category == Category::transient)
        error_ = bytes.error();
      else if (bytes && *bytes)
        return std::pair(at, std::move(**bytes));
    }
    return std::nullopt;
  }

  const SourceTree& tree_;
  const Index* before_;
  const StoredTags* stored_;
  std::shared_ptr<Names> names_;
  std::vector<std::string> paths_;
  std::vector<IndexedFile> files_;
  std::atomic<std::size_t> parsed_{0};
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::shared_ptr<const Index>> Index::build(const SourceTree& tree, const Index* before, unsigned threads, const StoredTags* stored) {
  ARGOSY_TRY(auto paths, tree.list());
  std::erase_if(paths, [](const std::string& path) { return !is_indexed(path); });
  std::ranges::sort(paths);
  auto names = before == nullptr ? std::make_shared<Names>() : before->names_;
  Build build(tree, before, stored, names, std::move(paths));
  {
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < threads; ++i) helpers.emplace_back([&] { build.work(); });
    build.work();
  }
  ARGOSY_TRY(auto files, build.finish());
  return std::shared_ptr<const Index>(new Index(std::move(files), std::move(names), build.count()));
}

std::shared_ptr<const Index> Index::edited(std::shared_ptr<const Index> base, const Edit& edit, const Index* earlier) {
  if (earlier != nullptr && earlier->base_ != base) earlier = nullptr;
  TagReader reader;
  Packer packer(base->names_);
  RawTags raw;
  std::vector<IndexedFile> changed;
  std::size_t count = 0;
  for (const auto& [path, bytes] : edit.files) {
    if (!is_indexed(path)) continue;
    IndexedFile file{.path = path, .hash = 0, .tags = nullptr};
    if (bytes) {
      file.hash = content_hash(*bytes);
      if (with_bytes(base.get(), path, file.hash) != nullptr) continue;
      const auto* known = with_bytes(earlier, path, file.hash);
      if (known == nullptr) ++count;
      file.tags = known != nullptr ? known->tags : code::parsed(path, *bytes, reader, packer, raw);
    }
    changed.push_back(std::move(file));
  }
  return std::shared_ptr<const Index>(new Index(std::move(base), std::move(changed), count));
}

}  // namespace argosy::code
