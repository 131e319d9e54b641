#include "workers/codegen/mending/material.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/code/encoding.h"
#include "common/core/text.h"
#include "common/tasks/payloads.h"

namespace argosy::codegen {
namespace {

constexpr std::size_t kMostNamedTests = 100, kMostLookedAt = 200'000;

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Of tests the end of what they printed, which says more than a report where they did not begin; of other gates the places.
std::string details_text(const tasks::FailedGate& gate) {
  const auto details = json::parse(gate.details);
  if (!details || !details->is_object()) return {};
  if (gate.gate == "tests") return details->string_or("output", "") + "\n";
  return gate.details + "\n";
}

std::string gates_text(const tasks::FixPayload& failed) {
  std::string text;
  for (const auto& gate : failed.gates) {
    text += fmt::format("{}: {}\n", gate.gate, gate.text);
    for (std::size_t i = 0; i < std::min(gate.failing.size(), kMostNamedTests); ++i) text += fmt::format("    {}\n", gate.failing[i]);
    text += details_text(gate);
  }
  return text;
}

// The tests that did not pass, as the testing worker's report has them.
std::string report_text(const std::string& report) {
  const auto value = json::parse(report);
  if (!value) return {};
  std::string text;
  std::size_t shown = 0;
  for (const auto& one : value->array_or_empty("cases")) {
    const auto outcome = one.string_or("outcome", "");
    if (outcome != "failed" && outcome != "errored") continue;
    if (shown++ == kMostShownTests) return text + "... and more\n";
    text += fmt::format("{} {} {} {}\n{}\n", one.string_or("classname", ""), one.string_or("name", ""), outcome, one.string_or("file", ""),
                        one.string_or("message", ""));
  }
  return text;
}

// Finds which files of the tree a text speaks of, in the order in which it does.
class Named {
 public:
  explicit Named(const std::vector<std::string>& paths) : paths_(paths.begin(), paths.end()) {
    for (const auto& path : paths_) by_name_[name_of(path)].push_back(path);
  }

  void look(std::string_view text, std::vector<std::string>& into) const {
    text = text.substr(0, kMostLookedAt);
    constexpr std::string_view kOfPaths = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+@";
    for (std::size_t at = text.find_first_of(kOfPaths); at != std::string_view::npos; at = text.find_first_of(kOfPaths, at)) {
      const auto end = std::min(text.find_first_not_of(kOfPaths, at), text.size());
      if (const auto path = path_of(text.substr(at, end - at)); !path.empty() && std::ranges::find(into, path) == into.end())
        into.emplace_back(path);
      at = end;
    }
  }

 private:
  // "/workspace/src/a.py" is src/a.py, "a.py" the only file of that name, "pkg.test_a" pkg/test_a.py.
  std::string path_of(std::string_view word) const {
    while (word.ends_with('.')) word.remove_suffix(1);
    for (auto rest = word; rest.contains('/'); rest = rest.substr(rest.find('/') + 1))
      if (const auto found = paths_.find(rest); found != paths_.end()) return *found;
    const auto found = by_name_.find(name_of(word));
    if (found != by_name_.end() && found->second.size() == 1) return std::string(found->second.front());
    if (const auto root = paths_.find(word); root != paths_.end()) return *root;
    std::string module(word);
    std::ranges::replace(module, '.', '/');
    const auto python = paths_.find(module + ".py");
    return python == paths_.end() ? std::string() : *python;
  }

  const std::set<std::string, std::less<>> paths_;
  std::map<std::string_view, std::vector<std::string_view>, std::less<>> by_name_;
};

Result<std::vector<llm::Untrusted>> shown(const std::vector<std::string>& paths, const code::SourceTree& tree) {
  std::vector<llm::Untrusted> files;
  std::size_t left = kMostFilesBytes;
  for (const auto& path : paths) {
    if (files.size() == kMostShownFiles || left == 0) break;
    ARGOSY_TRY(const auto bytes, tree.read(path));
    auto text = bytes ? code::decode(*bytes) : std::nullopt;
    if (!text) continue;
    const auto most = std::min(left, kMostFileBytes);
    left -= std::min(most, text->text.size());
    files.push_back({.source = "file " + path, .text = std::move(text->text), .max_bytes = most});
  }
  return files;
}

}  // namespace

Result<Material> gather(const runtime::Step& step, const tasks::FixPayload& failed, const code::SourceTree& tree,
                        runtime::StepContext& context) {
  Material material;
  auto& paths = material.paths;
  for (const auto& [ordinal, output] : step.inputs) {
    ARGOSY_TRY(const auto made, tasks::change_output_from(output));
    for (const auto& file : made.files)
      if (std::ranges::find(paths, file.path) == paths.end()) paths.push_back(file.path);
    if (made.patch.empty()) continue;
    ARGOSY_TRY(auto patch, context.artifacts().get(step.ref.task, made.patch));
    material.feedback.push_back(
        {.source = fmt::format("the change that was stopped, step {}", ordinal), .text = std::move(patch), .max_bytes = kMostPatchBytes});
  }
  auto gates = gates_text(failed);
  std::string report;
  if (!failed.report.empty()) {
    ARGOSY_TRY(const auto bytes, context.artifacts().get(step.ref.task, failed.report));
    report = report_text(bytes);
  }
  ARGOSY_TRY(const auto all, tree.list());
  const Named named(all);
  for (const auto& text : {gates, report}) named.look(text, paths);
  ARGOSY_TRY(material.files, shown(paths, tree));
  material.feedback.push_back({.source = "the gates that stopped it", .text = std::move(gates), .max_bytes = kMostGateBytes});
  if (!report.empty()) material.feedback.push_back({.source = "the tests that failed", .text = std::move(report)});
  return material;
}

}  // namespace argosy::codegen
