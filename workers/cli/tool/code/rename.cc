#include <fmt/format.h>

#include "common/code/disk/tree_writer.h"
#include "common/code/rename.h"
#include "common/core/json.h"
#include "common/tasks/change.h"
#include "workers/cli/tool/commands.h"
#include "workers/cli/tool/disk_tree.h"

namespace argosy::cli {
namespace {

// As the REST API reads it, so that both refuse the same.
Result<tasks::RenameSymbol> request_of(const Arguments& arguments) {
  json::Object object{{"op", "rename_symbol"}};
  for (const std::string_view key : {"language", "from", "to", "kind", "in"})
    if (const auto value = arguments.value("--" + std::string(key))) object.append(std::string(key), *value);
  for (const auto& [key, option] : {std::pair{"paths", "--path"}, {"force", "--force"}}) {
    json::Array items;
    for (const auto& item : arguments.values(option)) items.emplace_back(item);
    if (!items.empty()) object.append(key, std::move(items));
  }
  const auto parsed = tasks::parse_change(json::Array{std::move(object)});
  if (!parsed) {
    const auto& [pointer, error] = parsed.error();
    const auto slash = pointer.find('/', 1);  // "/0/language"
    return usage_error(slash == std::string::npos ? error.message : "--" + pointer.substr(slash + 1) + ": " + error.message);
  }
  return std::get<tasks::RenameSymbol>(parsed->front());
}

json::Array places_of(const Error& error) {
  const auto details = json::parse(error.details);
  return details ? details->array_or_empty("places") : json::Array();
}

int print_refusal(const Error& error, bool as_json) {
  const auto places = places_of(error);
  if (as_json) {
    fmt::print("{}\n",
               json::dump(json::Object{
                   {"files_changed", json::Array()},
                   {"refused", json::Object{{"code", error.code}, {"message", error.message}, {"hint", error.hint}, {"places", places}}}}));
    return kFailed;
  }
  for (const auto& place : places)
    fmt::print("{}:{}:{}: {}\n", place.string_or("path", ""), place.int_or("line", 0), place.int_or("column", 0),
               place.string_or("text", ""));
  return report(error);
}

void print_done(const code::Edit& edit, bool as_json, bool dry_run) {
  json::Array changed, moved;
  for (const auto& [path, bytes] : edit.files)
    if (bytes) changed.emplace_back(path);
  for (const auto& [to, from] : edit.renamed_from) moved.emplace_back(json::Object{{"from", from}, {"to", to}});
  if (as_json) {
    fmt::print("{}\n", json::dump(json::Object{{"files_changed", changed}, {"files_moved", moved}, {"dry_run", dry_run}}));
    return;
  }
  for (const auto& [path, bytes] : edit.files) {
    const auto from = edit.renamed_from.find(path);
    if (bytes) fmt::print("{}\n", from == edit.renamed_from.end() ? path : from->second + " -> " + path);
  }
}

}  // namespace

int rename_tool(const Arguments& arguments) {
  for (const std::string_view needed : {"--root", "--language", "--from", "--to"})
    if (!arguments.has(needed)) return wrong_usage(fmt::format("rename needs {}", needed));
  const auto request = request_of(arguments);
  if (!request) return report(request.error(), kUsage);
  const auto tree = DiskTree::open(*arguments.value("--root"));
  if (!tree) return report(tree.error(), kUsage);
  const bool as_json = arguments.has("--json"), dry_run = arguments.has("--dry-run");

  const auto edit = code::rename_symbol(*tree, *request);
  if (!edit) return print_refusal(edit.error(), as_json);
  if (!dry_run)
    if (const auto written = code::write_edit(tree->root(), *edit); !written) return print_refusal(written.error(), as_json);
  print_done(*edit, as_json, dry_run);
  return kSucceeded;
}

}  // namespace argosy::cli
