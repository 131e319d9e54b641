// The operations of a change task, as typed values. Parsed once by ingest (shape and limits), read again by planning and codegen.
// Values, any thread.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"
#include "common/tasks/operations/moving.h"
#include "common/tasks/operations/refactorings.h"

namespace argosy::tasks {

struct RenameSymbol {
  std::string language;  // python, javascript, typescript, tsx, go, java, c, cpp, rust
  std::string from, to;
  std::string kind;                // function, class, constant or empty (any of these); variable, method, attribute: of what `in` names
  std::vector<std::string> paths;  // globs that the definition must lie in; empty: anywhere
  std::vector<std::string> force;  // "strings", "comments", "attributes": widen the rename on the user's word
  std::string in{};                // the function that a variable or parameter is of, the class of a method or attribute: "f", "Class.f"
};
struct EditFile {
  std::string path, old_string, new_string;  // old_string must match exactly once
};
struct CreateFile {
  std::string path, content;
};
struct DeleteFile {
  std::string path;
};
struct RenameFile {
  std::string from, to;
};
struct ApplyDiff {
  std::string diff;  // unified, as git writes it
};

using Operation = std::variant<RenameSymbol, EditFile, CreateFile, DeleteFile, RenameFile, ApplyDiff, AddImport, RemoveUnusedImports,
                               ReplaceCall, Codemod, MoveSymbol, RenameModule>;

struct ChangeLimits {
  std::size_t max_operations = 64;
  std::size_t max_path = 1024;
  std::size_t max_string = 512u << 10;
};

// An error that knows where in the request it stands.
struct ChangeError {
  std::string pointer;  // RFC 6901, below the array: "/0/path"
  Error error;
};

// `array` is the request's "change": objects whose "op" names the operation, with the members of the struct beside it:
// {"op":"rename_symbol","language":"python","from":"a","to":"b"}. Unknown members are refused. Paths are confined: relative, no "..", no
// ".git", no control characters, no trailing slash; those inside a diff too.
// Error codes (all B): change_invalid, change_empty, change_too_many, change_too_long, path_unsafe, diff_malformed.
std::expected<std::vector<Operation>, ChangeError> parse_change(const json::Value& array, const ChangeLimits& limits = {});
json::Value to_json(const Operation& operation);
json::Value to_json(const std::vector<Operation>& operations);

// Paths that the operation names explicitly; empty when it decides by content (rename_symbol), which makes it overlap with everything.
std::vector<std::string> explicit_paths(const Operation& operation);
// "rename_symbol read_text -> read_string", for titles and commit messages.
std::string summary(const Operation& operation);

// Whether `path` may name a file of a repository (see parse_change).
bool is_safe_repo_path(std::string_view path);

}  // namespace argosy::tasks
