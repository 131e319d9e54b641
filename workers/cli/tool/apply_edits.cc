#include <fmt/format.h>

#include "common/code/disk/tree_writer.h"
#include "common/code/edits/engine.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "workers/cli/tool/commands.h"
#include "workers/cli/tool/disk_tree.h"
#include "workers/cli/tool/input.h"

namespace argosy::cli {
namespace {

json::Array applied_json(const std::vector<code::AppliedEdit>& applied) {
  json::Array out;
  for (const auto& one : applied) out.emplace_back(json::Object{{"path", one.path}, {"line", one.line}, {"rung", one.rung}});
  return out;
}

json::Array failed_json(const std::vector<code::EditFailure>& failed) {
  json::Array out;
  for (const auto& one : failed) {
    json::Array lines;
    for (const auto& place : one.places) lines.emplace_back(json::Object{{"line", place.line}, {"text", place.text}});
    out.emplace_back(
        json::Object{{"path", one.path}, {"reason", one.reason}, {"hint", one.hint}, {"edit", one.number}, {"lines", std::move(lines)}});
  }
  return out;
}

int print(const code::EditOutcome& outcome, code::EditFormat format) {
  json::Array changed;
  for (const auto& path : outcome.changed()) changed.emplace_back(path);
  const auto edits = applied_json(outcome.applied);
  json::Object out{{"format", code::to_string(format)},
                   {"applied", outcome.ok() ? edits : json::Array()},
                   {"failed", failed_json(outcome.failed)},
                   {"files_changed", std::move(changed)}};
  if (!outcome.ok()) out["would_apply"] = edits;
  fmt::print("{}\n", json::dump(out));
  return outcome.ok() ? kSucceeded : kFailed;
}

}  // namespace

int apply_edits(const Arguments& arguments) {
  const auto root = arguments.value("--root");
  if (!root) return wrong_usage("apply-edits needs --root DIR");
  const auto name = arguments.value("--format").value_or("auto");
  const auto format = code::edit_format(name);
  if (!format)
    return wrong_usage(fmt::format("--format is auto, search-replace, str-replace, udiff, apply-patch or whole, not \"{}\"", name));
  const auto tree = DiskTree::open(*root);
  if (!tree) return report(tree.error(), kUsage);
  auto input = Input::open("-");
  if (!input) return report(input.error(), kUsage);
  const auto answer = input->all(code::kMaxAnswerBytes);
  if (!answer) return report(in_file(input->path(), answer.error()), kUsage);

  const auto list = code::read_edits(*answer, *format, *tree);
  auto outcome = code::apply_edits(*tree, list);
  if (outcome.ok()) {
    if (const auto written = code::write_edit(tree->root(), outcome.staged); !written) {
      outcome.failed.push_back({.path = "", .reason = written.error().code, .hint = written.error().message});
      outcome.staged = {};
    }
  }
  return print(outcome, list.format);
}

}  // namespace argosy::cli
