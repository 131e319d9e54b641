#include "common/vcs/releases.h"

#include <fmt/format.h>

#include "common/core/text.h"

namespace argosy::vcs {
namespace {

constexpr std::string_view kTags = "refs/tags/", kPeeled = "^{}";

std::vector<std::string> ids(std::string_view listing) {
  std::vector<std::string> found;
  for (const auto line : text::lines(listing))
    if (is_object_id(line)) found.emplace_back(line);
  return found;
}

}  // namespace

std::map<std::string, std::string> parse_tags(std::string_view output) {
  std::map<std::string, std::string> commit_of, tag_of;
  for (const auto line : text::lines(output)) {
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos || !is_object_id(line.substr(0, tab))) continue;
    auto name = line.substr(tab + 1);
    if (!name.starts_with(kTags)) continue;
    name.remove_prefix(kTags.size());
    if (name.ends_with(kPeeled)) name.remove_suffix(kPeeled.size());  // it follows the tag's own line, and counts
    commit_of[text::to_utf8(name)] = line.substr(0, tab);
  }
  for (const auto& [name, commit] : commit_of) tag_of[commit] = name;
  return tag_of;
}

Result<std::optional<Earlier>> last_release(const Git& git, const std::filesystem::path& git_dir, const std::string& commit) {
  const auto log = [&](std::vector<std::string> how, std::int64_t most) {
    std::vector<std::string> args{"log", fmt::format("-n{}", most + 1), "--format=%H"};
    args.insert(args.end(), how.begin(), how.end());
    args.insert(args.end(), {"--end-of-options", commit});
    return git.local({.args = std::move(args), .git_dir = git_dir});
  };
  // Mirrors have no tags. A tagged commit in this history is in the mirror all the same.
  const auto listed = git.remote({.args = {"ls-remote", "--tags", "--end-of-options", git.url()}, .git_dir = git_dir});
  if (const auto tags = parse_tags(listed.value_or("")); !tags.empty()) {
    ARGOSY_TRY(const auto listing, log({}, kMaxCommitsToATag));
    std::int64_t back = 0;
    for (const auto& id : ids(listing)) {
      if (const auto tag = tags.find(id); id != commit && tag != tags.end())
        return Earlier{.commit = id, .tag = tag->second, .commits = back};
      ++back;
    }
  }
  ARGOSY_TRY(const auto listing, log({"--first-parent"}, kCommitsWithoutATag));
  const auto parents = ids(listing);
  if (parents.size() < 2) return std::nullopt;
  return Earlier{.commit = parents.back(), .commits = static_cast<std::int64_t>(parents.size()) - 1};
}

}  // namespace argosy::vcs
