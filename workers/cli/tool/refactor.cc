#include <fmt/format.h>

#include "common/code/disk/tree_writer.h"
#include "common/code/operations.h"
#include "common/code/overlay.h"
#include "common/core/json.h"
#include "workers/cli/tool/commands.h"
#include "workers/cli/tool/disk_tree.h"
#include "workers/cli/tool/input.h"

namespace argosy::cli {
namespace {

constexpr std::size_t kMaxChangeBytes = 8u << 20;

// What a later operation does on top of earlier ones, as one edit of the tree.
Result<void> add_to(code::Edit& whole, code::Edit more, const code::SourceTree& tree) {
  for (auto& [to, from] : more.renamed_from) {
    const auto before = whole.renamed_from.find(from);
    const std::string first = before == whole.renamed_from.end() ? from : before->second;
    if (before != whole.renamed_from.end()) whole.renamed_from.erase(before);
    whole.renamed_from[to] = first;
  }
  for (auto& [path, bytes] : more.files) {
    if (!bytes) whole.renamed_from.erase(path);
    whole.files[path] = std::move(bytes);
  }
  // What came and went again, or is as it was, is no change.
  for (auto it = whole.files.begin(); it != whole.files.end();) {
    ARGOSY_TRY(const auto before, tree.read(it->first));
    it = before == it->second ? whole.files.erase(it) : std::next(it);
  }
  return {};
}

Result<code::Edit> apply_all(const code::SourceTree& tree, const std::vector<tasks::Operation>& operations) {
  code::Edit whole;
  for (const auto& operation : operations) {
    const code::Overlay now(tree, whole);
    ARGOSY_TRY(auto edit, code::apply(now, operation));
    ARGOSY_TRY_VOID(add_to(whole, std::move(edit), tree));
  }
  return whole;
}

int print(const code::Edit& edit, const Error* refused) {
  json::Array changed;
  if (refused == nullptr)
    for (const auto& [path, bytes] : edit.files) changed.emplace_back(path);
  json::Object out{{"changed", std::move(changed)}};
  if (refused == nullptr) {
    out.append("refused", json::Value());
  } else {
    const auto details = json::parse(refused->details);
    json::Object why{{"code", refused->code}, {"message", refused->message}, {"hint", refused->hint}};
    why.append("places", details ? json::Value(details->array_or_empty("places")) : json::Value(json::Array()));
    out.append("refused", std::move(why));
  }
  fmt::print("{}\n", json::dump(out));
  return refused == nullptr ? kSucceeded : kFailed;
}

}  // namespace

int refactor(const Arguments& arguments) {
  const auto root = arguments.value("--root");
  if (!root) return wrong_usage("refactor needs --root DIR");
  const auto tree = DiskTree::open(*root);
  if (!tree) return report(tree.error(), kUsage);
  auto input = Input::open("-");
  if (!input) return report(input.error(), kUsage);
  const auto text = input->all(kMaxChangeBytes);
  if (!text) return report(in_file(input->path(), text.error()), kUsage);
  auto change = json::parse(*text);
  if (!change) return report(in_file(input->path(), change.error()), kUsage);
  const auto operations = tasks::parse_change(change->is_array() ? *change : json::Value(json::Array{*change}));
  if (!operations) {
    Error error = operations.error().error;
    error.message = operations.error().pointer + ": " + error.message;
    return report(in_file(input->path(), std::move(error)), kUsage);
  }

  const auto edit = apply_all(*tree, *operations);
  if (!edit) return print({}, &edit.error());
  if (!arguments.has("--dry-run"))
    if (const auto written = code::write_edit(tree->root(), *edit); !written) return print({}, &written.error());
  return print(*edit, nullptr);
}

}  // namespace argosy::cli
