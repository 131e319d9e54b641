#include "workers/codegen/mending/whole_files.h"

#include <algorithm>
#include <optional>

#include "common/code/encoding.h"

namespace argosy::codegen {
namespace {

// As edit_file reads a file: it writes the new text in the encoding in which it found the old one.
std::string text_of(const std::string& bytes) {
  auto decoded = code::decode(bytes);
  return decoded ? std::move(decoded->text) : bytes;
}

}  // namespace

Result<std::vector<tasks::Operation>> whole_files(const code::Edit& edit, const code::SourceTree& tree) {
  std::vector<tasks::Operation> gone, moved, written;
  for (const auto& [path, bytes] : edit.files) {
    const auto from = edit.renamed_from.find(path);
    const bool renamed = from != edit.renamed_from.end();
    if (!bytes) {
      const bool moves = std::ranges::any_of(edit.renamed_from, [&](const auto& one) { return one.second == path; });
      if (!moves) gone.emplace_back(tasks::DeleteFile{path});
      continue;
    }
    if (renamed) moved.emplace_back(tasks::RenameFile{from->second, path});
    ARGOSY_TRY(const auto before, tree.read(renamed ? from->second : path));
    if (before == bytes) continue;
    if (before && !before->empty()) {
      written.emplace_back(tasks::EditFile{path, text_of(*before), text_of(*bytes)});
      continue;
    }
    if (before) written.emplace_back(tasks::DeleteFile{path});  // nothing stands in it that could be replaced
    written.emplace_back(tasks::CreateFile{path, *bytes});
  }
  for (auto* later : {&moved, &written}) gone.insert(gone.end(), later->begin(), later->end());
  return gone;
}

}  // namespace argosy::codegen
