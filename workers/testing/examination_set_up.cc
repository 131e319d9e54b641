// The part of an examination that makes where things run: the trees, the sandbox, the dependencies.
#include "workers/testing/examination.h"

#include <algorithm>

#include "workers/testing/runs/programs.h"
#include "workers/testing/set_up/dependencies.h"

namespace argosy::testing {
project::Tree Examination::tree_of(const Side& side) {
  const auto root = side.folder->path() / "workspace";
  return {side.tree.files, [root](const std::string& path) { return read_untrusted(root, path, kMaxPlanFileBytes); }};
}

project::RepoSettings Examination::settings() const { return {step_.task.setup_command, step_.task.test_command}; }

RunOptions Examination::run_options() const {
  auto options = facilities_.run;
  options.sandbox = class_;
  options.limits = narrowed(options.limits, file_.limits);
  if (set_up_.folder) options.cache = set_up_.folder->path();
  if (file_.test.timeout_s)
    options.limits.wall = std::min<std::chrono::milliseconds>(std::chrono::seconds(*file_.test.timeout_s), facilities_.hard_timeout);
  options.log = [this](std::string_view piece) { context_.log(piece); };
  options.cancelled = [this] { return context_.cancelled(); };
  return options;
}

Result<void> Examination::make(Side& side, const std::vector<std::string>& patches, const char* name) {
  side.folder.emplace(name, facilities_.scratch);
  ARGOSY_TRY(side.tree, make_tree(repository_, change_.tree.base_commit, patches, side.folder->path() / "workspace"));
  return {};
}

Result<void> Examination::prepare() {
  ARGOSY_TRY(class_, class_for(file_, class_));
  ARGOSY_TRY(chosen_, choose_component(tree_of(changed_), programs_of(facilities_.run.test_paths), file_, settings(), change_.files));
  ARGOSY_TRY_VOID(get_dependencies());
  changed_.stage.emplace(changed_.folder->path(), run_options());
  return {};
}

Result<void> Examination::get_dependencies() {
  const DependencyWish wish{.component = chosen_.component,
                            .file = file_,
                            .changed_files = change_.files,
                            .patches = change_.patches,
                            .tree = changed_.folder->path() / "workspace",
                            .base_tree = [this]() -> Result<std::filesystem::path> {
                              ARGOSY_TRY(const auto* const side, base());
                              return side->folder->path() / "workspace";
                            },
                            .options = run_options()};
  ARGOSY_TRY(set_up_, fetch_dependencies(wish, facilities_, step_, context_));
  if (base_) base_->stage.emplace(base_->folder->path(), run_options());
  return {};
}

Result<Examination::Side*> Examination::base() {
  if (!base_) {
    base_.emplace();
    ARGOSY_TRY_VOID(make(*base_, {}, "test-base"));
    base_->stage.emplace(base_->folder->path(), run_options());
  }
  return &*base_;
}

}  // namespace argosy::testing
