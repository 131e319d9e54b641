// The part of an examination that makes where things run: the trees, the sandbox, the dependencies.
#include "workers/testing/examination.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/crypto.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "workers/testing/runs/programs.h"

namespace argosy::testing {
namespace {

// What the repository asks for, as far as it is less than what it may have.
sandbox::Limits narrowed(sandbox::Limits limits, const project::RepoLimits& asked) {
  constexpr std::int64_t kMiB = 1 << 20;
  if (asked.cpus) limits.cpus = std::min(limits.cpus, *asked.cpus);
  if (asked.memory_mb) limits.memory_bytes = std::min(limits.memory_bytes, *asked.memory_mb * kMiB);
  if (asked.disk_mb) limits.disk_bytes = std::min(limits.disk_bytes, *asked.disk_mb * kMiB);
  if (asked.processes) limits.processes = std::min(limits.processes, static_cast<int>(*asked.processes));
  if (asked.wall_s) limits.wall = std::min<std::chrono::milliseconds>(limits.wall, std::chrono::seconds(*asked.wall_s));
  return limits;
}

}  // namespace

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

// A repository may ask for more isolation than the worker's usual, never for less.
Result<void> Examination::choose_sandbox() {
  if (file_.sandbox_class != "gvisor" || class_ != sandbox::Class::bwrap) return {};
  if (const auto problem = sandbox::Sandbox::probe(sandbox::Class::gvisor))
    return fail_user("sandbox_policy_unmet", fmt::format(".argosy.yaml asks for class gvisor, which this worker has not: {}", *problem),
                     "install runsc on the testing workers and run them as root, or change sandbox.class in .argosy.yaml");
  class_ = sandbox::Class::gvisor;
  return {};
}

Result<void> Examination::prepare() {
  ARGOSY_TRY_VOID(choose_sandbox());
  ARGOSY_TRY(chosen_, choose_component(tree_of(changed_), programs_of(facilities_.run.test_paths), file_, settings(), change_.files));
  ARGOSY_TRY_VOID(get_dependencies());
  changed_.stage.emplace(changed_.folder->path(), run_options());
  return {};
}

// What the repository wants for its set-up beside the registries is the operator's to give. What it does not get is told, not passed over.
Result<void> Examination::ask_operator(SetUpRequest& request) {
  for (const auto& text : file_.setup.egress_allow) {
    ARGOSY_TRY(const auto rule, parse_host_rule(text));
    if (facilities_.hosts_of_repositories)
      request.also_allow.push_back(rule);
    else
      context_.log(fmt::format("setup.egress_allow: {} is not reached: ARGOSY_EGRESS_FROM_REPOSITORIES is off\n", text));
  }
  if (facilities_.secrets == nullptr) return {};
  std::vector<std::string> missing;
  request.secrets = secrets_for(*facilities_.secrets, step_.task.repository_id, file_.setup.secrets, missing);
  for (const auto& name : missing) context_.log(fmt::format("setup.secrets: ARGOSY_SETUP_SECRETS has no {} for this repository\n", name));
  return {};
}

Result<void> Examination::get_dependencies() {
  const auto& component = chosen_.component;
  if (facilities_.dependencies == nullptr || component.set_up.commands.empty()) {
    set_up_.text = component.set_up.commands.empty() ? "none needed" : "switched off";
    return {};
  }
  if (class_ == sandbox::Class::gvisor) {
    set_up_.text = "not possible with class gvisor, which has no way out: ARGOSY_TEST_PATHS can bring the dependencies";
    tell(fmt::format("Dependencies: {}", set_up_.text));
    return {};
  }
  // A change of what decides about dependencies gets a cache of its own, so that no change fills one that others use.
  std::string digest;
  for (const auto& file : change_.files)
    if (std::ranges::find(component.set_up.key_files, file) != component.set_up.key_files.end())
      digest = crypto::sha256_hex(text::join(change_.patches, "\n"));
  if (digest.empty()) ARGOSY_TRY_VOID(base());
  const auto& from = digest.empty() ? *base_ : changed_;
  const auto tree = from.folder->path() / "workspace";
  tell(fmt::format("Fetching the dependencies: {}", text::join(component.set_up.commands, "; ")));
  SetUpRequest request{
      .component = component,
      .tree = tree,
      .scratch = facilities_.scratch,
      .repository = step_.task.url,
      .patch_digest = digest,
      .read = [&](const std::string& path) { return read_untrusted(tree, path, kMaxPlanFileBytes); },
      .options = run_options(),
      .audit = [this](const egress::AuditEvent& event) { context_.log(fmt::format("egress {}\n", json::dump(egress::to_json(event)))); }};
  ARGOSY_TRY_VOID(ask_operator(request));
  ARGOSY_TRY(set_up_, set_up(request, *facilities_.network, *facilities_.dependencies));
  tell(fmt::format("Dependencies: {}", set_up_.text));
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
