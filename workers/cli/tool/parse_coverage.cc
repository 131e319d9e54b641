#include <filesystem>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/reports/coverage/coverage_json.h"
#include "workers/cli/tool/commands.h"
#include "workers/cli/tool/input.h"
#include "workers/cli/tool/tree.h"

namespace argosy::cli {
namespace {

namespace fs = std::filesystem;

std::string go_module(const fs::path& root) {
  const auto text = read_file(root / "go.mod");
  if (!text) return "";
  for (const auto line : text::lines(*text))
    if (line.starts_with("module ")) return std::string(text::trim(line.substr(7)));
  return "";
}

Result<reports::Coverage> read(const std::string& path) {
  ARGOSY_TRY(auto input, Input::open(path));
  auto text = input.all(reports::kMaxCoverageBytes);
  auto coverage = text ? reports::parse_coverage(*text) : std::unexpected(text.error());
  if (!coverage) return std::unexpected(in_file(input.path(), coverage.error()));
  return coverage;
}

Result<reports::CoveredTree> tree_at(const std::string& root) {
  std::error_code ignored;
  auto whole = fs::canonical(root, ignored);
  if (whole.empty()) whole = root;
  ARGOSY_TRY(auto files, files_below(whole));
  return reports::CoveredTree{whole.generic_string(), std::move(files), go_module(whole)};
}

}  // namespace

int parse_coverage(const Arguments& arguments) {
  reports::CoveredTree tree;
  if (const auto root = arguments.value("--root")) {
    auto found = tree_at(*root);
    if (!found) return report(found.error(), kUsage);
    tree = std::move(*found);
  }
  reports::Coverage all;
  for (const auto& path : arguments.positional) {
    auto coverage = read(path);
    if (!coverage) return report(coverage.error(), kUsage);
    // Each by itself: the sources of one file say nothing about another.
    if (arguments.has("--root")) reports::place_files(*coverage, tree);
    reports::merge(all, std::move(*coverage));
  }
  reports::write_json(all, [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
  return kSucceeded;
}

}  // namespace argosy::cli
