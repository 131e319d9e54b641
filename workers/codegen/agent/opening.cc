#include "workers/codegen/agent/opening.h"

#include <algorithm>
#include <utility>

#include "common/code/imports/graph.h"
#include "common/code/map/mentions.h"
#include "common/core/json.h"

namespace argosy::codegen {

std::size_t shown_tokens(std::int64_t wanted, std::int64_t smallest_window) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, std::min(wanted, smallest_window / kWindowsShare)));
}

Result<Opening> opening(const code::SourceTree& tree, const code::Index& index, const tasks::PlanNode& node, std::string_view prompt,
                        std::size_t tokens) {
  ARGOSY_TRY(const auto paths, tree.list());
  ARGOSY_TRY(const auto imports, code::import_graph(index.files(), tree));
  // The step's own words, and those of the task where it is only a part of it: what both name comes first.
  const auto text = node.objective == prompt ? node.objective : node.objective + "\n" + std::string(prompt);
  agent::ContextWish wish{.tokens = tokens, .files = code::mentioned_files(text, paths), .names = code::mentioned_names(text, index)};
  for (const auto& one : node.write_set)
    if (std::ranges::find(wish.files, one) == wish.files.end()) wish.files.push_back(one);
  ARGOSY_TRY(auto context, agent::build_context({.tree = tree, .files = index.files(), .imports = imports}, wish));
  Opening made{.shown = {}, .report = json::dump_pretty(agent::to_json(context))};
  for (auto& piece : context.pieces) made.shown.push_back(std::move(piece.text));
  return made;
}

}  // namespace argosy::codegen
