// Operations as JSON and as words.
#include <fmt/format.h>

#include "common/core/text.h"
#include "common/tasks/change.h"
#include "common/tasks/diff/diff_paths.h"

namespace argosy::tasks {
namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

json::Value list(const std::vector<std::string>& strings) { return json::Array(strings.begin(), strings.end()); }

constexpr std::size_t kMaxShown = 60;  // of a pattern, in a title

// One short line, whatever the white space.
std::string line_of(std::string_view words) {
  std::string line;
  for (const char c : words) {
    const bool space = static_cast<unsigned char>(c) <= ' ';
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  return text::ellipsize(line, kMaxShown);
}

json::Value rename_symbol(const RenameSymbol& operation) {
  json::Object object{{"op", "rename_symbol"}, {"language", operation.language}, {"from", operation.from}, {"to", operation.to}};
  if (!operation.kind.empty()) object.append("kind", operation.kind);
  if (!operation.in.empty()) object.append("in", operation.in);
  if (!operation.paths.empty()) object.append("paths", list(operation.paths));
  if (!operation.force.empty()) object.append("force", list(operation.force));
  return object;
}

json::Value move_symbol(const MoveSymbol& operation) {
  json::Object object{
      {"op", "move_symbol"}, {"language", operation.language}, {"name", operation.name}, {"from", operation.from}, {"to", operation.to}};
  if (!operation.force.empty()) object.append("force", list(operation.force));
  return object;
}

json::Value rename_module(const RenameModule& operation) {
  json::Object object{{"op", "rename_module"}, {"language", operation.language}, {"from", operation.from}, {"to", operation.to}};
  if (!operation.force.empty()) object.append("force", list(operation.force));
  return object;
}

}  // namespace

json::Value to_json(const Operation& operation) {
  using json::Object;
  return std::visit(
      Overloaded{
          [](const RenameSymbol& o) { return rename_symbol(o); },
          [](const EditFile& o) -> json::Value {
            return Object{{"op", "edit_file"}, {"path", o.path}, {"old_string", o.old_string}, {"new_string", o.new_string}};
          },
          [](const CreateFile& o) -> json::Value { return Object{{"op", "create_file"}, {"path", o.path}, {"content", o.content}}; },
          [](const DeleteFile& o) -> json::Value { return Object{{"op", "delete_file"}, {"path", o.path}}; },
          [](const RenameFile& o) -> json::Value { return Object{{"op", "rename_file"}, {"from", o.from}, {"to", o.to}}; },
          [](const ApplyDiff& o) -> json::Value { return Object{{"op", "apply_diff"}, {"diff", o.diff}}; },
          [](const AddImport& o) { return to_json(o); },
          [](const RemoveUnusedImports& o) { return to_json(o); },
          [](const ReplaceCall& o) { return to_json(o); },
          [](const Codemod& o) { return to_json(o); },
          [](const MoveSymbol& o) { return move_symbol(o); },
          [](const RenameModule& o) { return rename_module(o); },
      },
      operation);
}

json::Value to_json(const std::vector<Operation>& operations) {
  json::Array array;
  for (const Operation& operation : operations) array.push_back(to_json(operation));
  return array;
}

std::vector<std::string> explicit_paths(const Operation& operation) {
  using Paths = std::vector<std::string>;
  return std::visit(
      Overloaded{
          [](const RenameSymbol&) { return Paths{}; }, [](const EditFile& o) { return Paths{o.path}; },
          [](const CreateFile& o) { return Paths{o.path}; }, [](const DeleteFile& o) { return Paths{o.path}; },
          [](const RenameFile& o) { return Paths{o.from, o.to}; }, [](const ApplyDiff& o) { return diff_paths(o.diff).value_or(Paths{}); },
          [](const AddImport& o) { return Paths{o.path}; }, [](const RemoveUnusedImports&) { return Paths{}; },
          [](const ReplaceCall&) { return Paths{}; }, [](const Codemod&) { return Paths{}; },
          [](const MoveSymbol&) { return Paths{}; },    // whoever imports it changes too
          [](const RenameModule&) { return Paths{}; },  // likewise
      },
      operation);
}

std::string summary(const Operation& operation) {
  return std::visit(
      Overloaded{
          [](const RenameSymbol& o) { return fmt::format("rename_symbol {} -> {}", o.from, o.to); },
          [](const EditFile& o) { return fmt::format("edit_file {}", o.path); },
          [](const CreateFile& o) { return fmt::format("create_file {}", o.path); },
          [](const DeleteFile& o) { return fmt::format("delete_file {}", o.path); },
          [](const RenameFile& o) { return fmt::format("rename_file {} -> {}", o.from, o.to); },
          [](const ApplyDiff& o) {
            const auto paths = diff_paths(o.diff).value_or(std::vector<std::string>{});
            return paths.size() == 1 ? fmt::format("apply_diff {}", paths.front()) : fmt::format("apply_diff to {} files", paths.size());
          },
          [](const AddImport& o) {
            return fmt::format("add_import {}{} to {}", o.import.module, o.import.name.empty() ? "" : "." + o.import.name, o.path);
          },
          [](const RemoveUnusedImports& o) { return "remove_unused_imports " + line_of(fmt::format("{}", fmt::join(o.paths, " "))); },
          [](const ReplaceCall& o) { return fmt::format("replace_call {} -> {}", line_of(o.pattern), line_of(o.replacement)); },
          [](const MoveSymbol& o) { return fmt::format("move_symbol {} {} -> {}", o.name, o.from, o.to); },
          [](const RenameModule& o) { return fmt::format("rename_module {} -> {}", o.from, o.to); },
          [](const Codemod& o) { return fmt::format("codemod {} -> {}", line_of(o.query), line_of(o.tmpl)); },
      },
      operation);
}

}  // namespace argosy::tasks
