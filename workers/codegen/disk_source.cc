#include "workers/codegen/disk_source.h"

#include "common/core/file.h"

namespace argosy::codegen {

Result<DiskSource> DiskSource::open(const vcs::WorkTree& tree) {
  DiskSource source(tree.path());
  ARGOSY_TRY(const auto entries, tree.files());
  for (const auto& entry : entries)
    if (entry.mode == "100644" || entry.mode == "100755") source.paths_.insert(entry.path);
  return source;
}

Result<std::vector<std::string>> DiskSource::list() const { return std::vector<std::string>(paths_.begin(), paths_.end()); }

Result<std::optional<std::string>> DiskSource::read(const std::string& path) const {
  if (!paths_.contains(path)) return std::nullopt;
  ARGOSY_TRY(auto bytes, read_file(root_ / path));
  return bytes;
}

}  // namespace argosy::codegen
