// From the frames of a trace to the repository's own lines, and who wrote them last: what a bug's planner looks at first. Reads the history
// of one commit and nothing else, within bounds. One thread; blocking.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/source_tree.h"
#include "common/vcs/repository.h"
#include "workers/planning/traces/frames.h"

namespace argosy::planning {

inline constexpr std::size_t kMaxSuspects = 12;
inline constexpr std::int64_t kLinesAround = 5, kPastCommits = 3;

struct Suspect {
  Frame frame;
  std::string path;                  // in the repository
  std::vector<std::string> lines{};  // around the frame's, as they are now
  std::int64_t first = 1;            // the number of the first of them
  std::vector<vcs::LineOrigin> wrote{};
  std::vector<vcs::PastCommit> past{};  // that touched the file, newest first
};

// The file of the repository that a frame means; empty: none, or nobody can tell which.
std::string path_of(const Frame& frame, const std::vector<std::string>& paths);

// The frames that lie in the repository, innermost first as the trace has them. `cancelled` ends it between two looks. Errors: those of
// reading; a history that cannot be read is left out.
Result<std::vector<Suspect>> suspects(const std::vector<Frame>& frames, vcs::Repository& repository, const std::string& commit,
                                      const code::SourceTree& tree, const std::function<bool()>& cancelled);

// For the model that plans: all of it others' words.
std::string in_words(const std::vector<Suspect>& suspects);

}  // namespace argosy::planning
