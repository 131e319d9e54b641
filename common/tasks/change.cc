#include "common/tasks/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "common/core/text.h"
#include "common/tasks/diff/diff_paths.h"
#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

constexpr auto kLanguages =
    std::to_array<std::string_view>({"python", "javascript", "typescript", "tsx", "go", "java", "c", "cpp", "rust"});
constexpr auto kSymbolKinds = std::to_array<std::string_view>({"", "function", "class", "constant", "variable", "method", "attribute"});
constexpr auto kInnerKinds = std::to_array<std::string_view>({"variable", "method", "attribute"});
constexpr auto kForces = std::to_array<std::string_view>({"strings", "comments", "attributes"});
constexpr const char* kOperations =
    "rename_symbol, edit_file, create_file, delete_file, rename_file, apply_diff, add_import, remove_unused_imports, replace_call, "
    "codemod, move_symbol or rename_module";
constexpr auto kMovingLanguages = std::to_array<std::string_view>({"python", "javascript", "typescript", "tsx", "java"});
constexpr auto kMovingForces = std::to_array<std::string_view>({"strings"});
constexpr std::size_t kMaxIdentifier = 256;
constexpr std::size_t kMaxGlobs = 64;

template <std::size_t N>
std::string listed(const std::array<std::string_view, N>& words) {
  std::string text;
  for (const std::string_view word : words) text += word.empty() ? "" : fmt::format("{}{}", text.empty() ? "" : ", ", word);
  return text;
}

bool is_identifier(std::string_view text) {
  // Letters outside ASCII are left to the language's own parser.
  const auto may_follow = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '$' || c >= 0x80; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 && std::ranges::all_of(text, may_follow);
}

bool is_dotted_name(std::string_view text) {
  return text.size() <= 4 * kMaxIdentifier && std::ranges::all_of(text::split(text, '.'), is_identifier);
}

// Reads one operation: JsonReader knows shapes, this knows meanings. The first mistake wins.
class OperationParser {
 public:
  OperationParser(const json::Value& value, const ChangeLimits& limits, std::string where)
      : in_(value, std::move(where)), limits_(limits) {}

  std::expected<Operation, ChangeError> parse() {
    Operation operation = read(in_.string("op"));
    in_.refuse_unknown();
    if (const auto& problem = in_.problem()) {
      return std::unexpected(ChangeError{problem->pointer, Error{Category::needs_user, code_, problem->message + ".", hint_}});
    }
    return operation;
  }

 private:
  Operation read(const std::string& op) {
    if (op == "rename_symbol") return rename_symbol();
    if (op == "edit_file") return edit_file();
    if (op == "create_file") return CreateFile{path("path"), bounded("content")};
    if (op == "delete_file") return DeleteFile{path("path")};
    if (op == "rename_file") return rename_file();
    if (op == "apply_diff") return apply_diff();
    const RefuseMember refuse_member = [&](std::string_view key, std::string_view code, std::string message, std::string hint) {
      refuse(key, code, std::move(message), std::move(hint));
    };
    if (op == "add_import") return AddImport{path("path"), read_import(in_, refuse_member)};
    if (op == "remove_unused_imports") return read_remove_unused_imports(in_, refuse_member);
    if (op == "replace_call") return read_replace_call(in_, refuse_member);
    if (op == "codemod") return read_codemod(in_, refuse_member);
    if (op == "move_symbol") return move_symbol();
    if (op == "rename_module") return rename_module();
    refuse("op", "change_invalid", "is not an operation", kOperations);
    return DeleteFile{};
  }

  RenameSymbol rename_symbol() {
    RenameSymbol operation{.language = in_.string("language"),
                           .from = in_.string("from"),
                           .to = in_.string("to"),
                           .kind = in_.string_or_empty("kind"),
                           .paths = in_.strings("paths"),
                           .force = in_.strings("force"),
                           .in = in_.string_or_empty("in")};
    one_of("language", operation.language, kLanguages);
    one_of("kind", operation.kind, kSymbolKinds);
    for (const auto& [key, name] : {std::pair{"from", &operation.from}, {"to", &operation.to}}) {
      if (name->size() > kMaxIdentifier) refuse(key, "change_too_long", fmt::format("has more than {} bytes", kMaxIdentifier));
      if (!is_identifier(*name)) refuse(key, "change_invalid", "is not a name of a symbol", "one identifier, without dots");
    }
    if (operation.from == operation.to) refuse("to", "change_invalid", "is the same name as \"from\"");
    const bool inner = std::ranges::find(kInnerKinds, operation.kind) != kInnerKinds.end();
    if (inner != !operation.in.empty()) {
      refuse("in", "change_invalid", inner ? "is missing" : "belongs to the kinds variable, method and attribute",
             "variable: the function around; method, attribute: the class");
    } else if (inner && !is_dotted_name(operation.in)) {
      refuse("in", "change_invalid", "is not the name of a function or class", "identifiers with dots between them");
    }
    known_forces(operation.force, kForces);
    if (operation.paths.size() > kMaxGlobs) refuse("paths", "change_too_many", fmt::format("has more than {} items", kMaxGlobs));
    for (std::size_t i = 0; i < operation.paths.size(); ++i) {
      if (operation.paths[i].size() <= limits_.max_path && !operation.paths[i].empty()) continue;
      note("change_too_long", "");
      in_.fail_item("paths", i, fmt::format("must have 1 to {} bytes", limits_.max_path));
    }
    return operation;
  }

  MoveSymbol move_symbol() {
    MoveSymbol operation{.language = in_.string("language"),
                         .name = in_.string("name"),
                         .from = path("from"),
                         .to = path("to"),
                         .force = in_.strings("force")};
    one_of("language", operation.language, kMovingLanguages);
    if (operation.name.size() > kMaxIdentifier || !is_identifier(operation.name))
      refuse("name", "change_invalid", "is not a name of a symbol", "one identifier, without dots");
    if (operation.from == operation.to) refuse("to", "change_invalid", "is the same path as \"from\"");
    known_forces(operation.force, kMovingForces);
    return operation;
  }

  RenameModule rename_module() {
    RenameModule operation{.language = in_.string("language"), .from = path("from"), .to = path("to"), .force = in_.strings("force")};
    one_of("language", operation.language, kMovingLanguages);
    if (operation.from == operation.to) refuse("to", "change_invalid", "is the same path as \"from\"");
    if (operation.to.starts_with(operation.from + "/")) refuse("to", "change_invalid", "lies in \"from\"");
    known_forces(operation.force, kMovingForces);
    return operation;
  }

  template <std::size_t N>
  void known_forces(const std::vector<std::string>& given, const std::array<std::string_view, N>& known) {
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (std::ranges::find(known, given[i]) != known.end()) continue;
      note("change_invalid", "one of " + listed(known));
      in_.fail_item("force", i, "is not known");
    }
  }

  EditFile edit_file() {
    EditFile operation{path("path"), bounded("old_string"), bounded("new_string")};
    if (operation.old_string.empty()) refuse("old_string", "change_invalid", "must not be empty", "create_file writes a whole file");
    if (operation.old_string == operation.new_string) refuse("new_string", "change_invalid", "is the same text as \"old_string\"");
    return operation;
  }

  RenameFile rename_file() {
    RenameFile operation{path("from"), path("to")};
    if (operation.from == operation.to) refuse("to", "change_invalid", "is the same path as \"from\"");
    return operation;
  }

  ApplyDiff apply_diff() {
    ApplyDiff operation{bounded("diff")};
    const auto paths = diff_paths(operation.diff);
    if (!paths) {
      refuse("diff", "diff_malformed", paths.error(), "a unified diff as `git diff` writes it");
    } else {
      for (const std::string& path : *paths) {
        if (!is_safe_repo_path(path))
          refuse("diff", "path_unsafe", fmt::format("touches \"{}\", which is not a path inside the repository", path));
      }
    }
    return operation;
  }

  std::string path(std::string_view key) {
    std::string path = in_.string(key);
    if (path.size() > limits_.max_path) {
      refuse(key, "change_too_long", fmt::format("has more than {} bytes", limits_.max_path));
    } else if (!is_safe_repo_path(path)) {
      refuse(key, "path_unsafe", "is not a path inside the repository", "relative, with / between its parts, without \"..\" and \".git\"");
    }
    return path;
  }

  std::string bounded(std::string_view key) {
    std::string text = in_.string(key);
    if (text.size() > limits_.max_string) refuse(key, "change_too_long", fmt::format("has more than {} bytes", limits_.max_string));
    return text;
  }

  template <std::size_t N>
  void one_of(std::string_view key, std::string_view word, const std::array<std::string_view, N>& words) {
    if (std::ranges::find(words, word) == words.end()) refuse(key, "change_invalid", "is not known", "one of " + listed(words));
  }

  void refuse(std::string_view key, std::string_view code, std::string message, std::string hint = {}) {
    note(code, std::move(hint));
    in_.fail(key, std::move(message));
  }
  // The reader keeps its first problem; code and hint must belong to the same.
  void note(std::string_view code, std::string hint) {
    if (in_.problem()) return;
    code_ = code;
    hint_ = std::move(hint);
  }

  JsonReader in_;
  const ChangeLimits& limits_;
  std::string code_ = "change_invalid", hint_;
};

std::unexpected<ChangeError> refuse_whole(std::string code, std::string message, std::string hint) {
  return std::unexpected(ChangeError{"", Error{Category::needs_user, std::move(code), std::move(message), std::move(hint)}});
}

}  // namespace

std::expected<std::vector<Operation>, ChangeError> parse_change(const json::Value& array, const ChangeLimits& limits) {
  if (!array.is_array()) return refuse_whole("change_invalid", "The change must be a list of operations.", "");
  const json::Array& items = array.as_array();
  if (items.empty()) return refuse_whole("change_empty", "The change holds no operation.", "Name at least one.");
  if (items.size() > limits.max_operations) {
    return refuse_whole("change_too_many",
                        fmt::format("The change holds {} operations, {} are allowed.", items.size(), limits.max_operations),
                        "Split it into several tasks.");
  }
  std::vector<Operation> operations;
  for (const json::Value& item : items) {
    auto operation = OperationParser(item, limits, fmt::format("/{}", operations.size())).parse();
    if (!operation) return std::unexpected(std::move(operation.error()));
    operations.push_back(std::move(*operation));
  }
  return operations;
}

bool is_safe_repo_path(std::string_view path) {
  if (path.empty() || !text::is_utf8(path)) return false;
  if (std::ranges::any_of(path, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) return false;
  return std::ranges::none_of(text::split(path, '/'), [](std::string_view part) {
    std::string lower(part);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    // The last two are names under which some file systems find .git too.
    return part.empty() || part == "." || part == ".." || lower == ".git" || lower == "git~1" || lower.starts_with(".git ");
  });
}

}  // namespace argosy::tasks
