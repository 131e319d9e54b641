// Which commit was the last release before another one. Internal to this room. Any thread; blocking.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/vcs/git.h"
#include "common/vcs/repository.h"

namespace argosy::vcs {

// As Repository::last_release(); `commit` is in that git directory.
Result<std::optional<Earlier>> last_release(const Git& git, const std::filesystem::path& git_dir, const std::string& commit);

// Reads `git ls-remote --tags`: a name for each commit, of several the last in the order of the listing. Annotated tags count as what they
// point at.
std::map<std::string, std::string> parse_tags(std::string_view output);

}  // namespace argosy::vcs
