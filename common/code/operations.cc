#include "common/code/operations.h"

#include <algorithm>

#include "common/code/encoding.h"
#include "common/code/moving/moving.h"
#include "common/code/places.h"
#include "common/code/refactor/refactor.h"
#include "common/code/rename.h"
#include "common/code/text_edit.h"

namespace argosy::code {
namespace {

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// The file's bytes, or file_not_found with files of the same name.
Result<std::string> read_existing(const SourceTree& tree, const std::string& path) {
  ARGOSY_TRY(auto bytes, tree.read(path));
  if (bytes) return *std::move(bytes);
  ARGOSY_TRY(const auto paths, tree.list());
  std::vector<Place> places;
  for (const std::string& other : paths)
    if (name_of(other) == name_of(path)) places.push_back({.path = other, .line = 1, .column = 1, .text = ""});
  if (places.empty()) return refuse("file_not_found", "there is no file " + path, "check the path", {});
  return refuse("file_not_found", "there is no file " + path + "; a file of that name is in {}", "check the path", places);
}

// That a file may be made at `path`, when `gone` no longer is.
Result<void> check_free_path(const SourceTree& tree, const std::string& path, const std::string& gone = {}) {
  ARGOSY_TRY(const auto paths, tree.list());
  for (const std::string& other : paths) {
    if (other == gone) continue;
    const std::vector<Place> place{{.path = other, .line = 1, .column = 1, .text = ""}};
    if (other == path) return refuse("file_exists", path + " is there already", "edit it, or delete it first", place);
    if (path.starts_with(other + "/")) return refuse("path_conflict", path + " would lie below a file", "choose another path", place);
    if (other.starts_with(path + "/")) return refuse("path_conflict", path + " is a folder", "choose another path", place);
  }
  return {};
}

Result<Edit> run(const SourceTree& tree, const tasks::RenameSymbol& operation) { return rename_symbol(tree, operation); }

Result<Edit> run(const SourceTree& tree, const tasks::EditFile& operation) {
  ARGOSY_TRY(const std::string bytes, read_existing(tree, operation.path));
  const auto source = decode(bytes);
  if (!source) return fail_user("file_binary", operation.path + " is not text", "replace it as a whole: delete_file, then create_file");
  if (operation.old_string == operation.new_string)
    return fail_user("nothing_to_change", "old_string and new_string are the same", "leave the operation out");
  ARGOSY_TRY(const std::string text, replace_once(operation.path, source->text, operation.old_string, operation.new_string));
  auto encoded = encode(text, source->encoding);
  if (!encoded)
    return fail_user("encoding_unfit", "the encoding of " + operation.path + " (Latin-1) has no such character",
                     "use characters that it has");
  Edit edit;
  edit.files[operation.path] = *std::move(encoded);
  return edit;
}

Result<Edit> run(const SourceTree& tree, const tasks::CreateFile& operation) {
  ARGOSY_TRY_VOID(check_free_path(tree, operation.path));
  Edit edit;
  edit.files[operation.path] = operation.content;
  return edit;
}

Result<Edit> run(const SourceTree& tree, const tasks::DeleteFile& operation) {
  ARGOSY_TRY_VOID(read_existing(tree, operation.path));
  Edit edit;
  edit.files[operation.path] = std::nullopt;
  return edit;
}

Result<Edit> run(const SourceTree& tree, const tasks::RenameFile& operation) {
  ARGOSY_TRY(std::string bytes, read_existing(tree, operation.from));
  if (operation.from == operation.to) return fail_user("nothing_to_change", "the new path is the old one", "leave the operation out");
  ARGOSY_TRY_VOID(check_free_path(tree, operation.to, operation.from));
  Edit edit;
  edit.files[operation.from] = std::nullopt;
  edit.files[operation.to] = std::move(bytes);
  edit.renamed_from[operation.to] = operation.from;
  return edit;
}

Result<Edit> run(const SourceTree& tree, const tasks::RenameModule& operation) {
  ARGOSY_TRY_VOID(check_free_path(tree, operation.to));
  return rename_module(tree, operation);
}

Result<Edit> run(const SourceTree& tree, const tasks::MoveSymbol& operation) { return move_symbol(tree, operation); }

Result<Edit> run(const SourceTree&, const tasks::ApplyDiff&) {
  return fail_user("operation_unsupported", "a diff is applied by git, not here");
}

Result<Edit> run(const SourceTree& tree, const tasks::AddImport& operation) { return add_import(tree, operation); }
Result<Edit> run(const SourceTree& tree, const tasks::RemoveUnusedImports& operation) { return remove_unused_imports(tree, operation); }
Result<Edit> run(const SourceTree& tree, const tasks::ReplaceCall& operation) { return replace_call(tree, operation); }
Result<Edit> run(const SourceTree& tree, const tasks::Codemod& operation) { return codemod(tree, operation); }

}  // namespace

Result<Edit> apply(const SourceTree& tree, const tasks::Operation& operation) {
  return std::visit([&](const auto& one) { return run(tree, one); }, operation);
}

}  // namespace argosy::code
