#include "workers/testing/set_up/dependencies.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/crypto.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "workers/testing/runs/test_tree.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxKeyFile = 1u << 20;  // bytes of a lock file that count

// What the repository wants for its set-up beside the registries is the operator's to give. What it does not get is told, not passed over.
Result<void> ask_operator(SetUpRequest& request, const DependencyWish& wish, const Facilities& facilities, const runtime::Step& step,
                          runtime::StepContext& context) {
  for (const auto& text : wish.file.setup.egress_allow) {
    ARGOSY_TRY(const auto rule, parse_host_rule(text));
    if (facilities.hosts_of_repositories)
      request.also_allow.push_back(rule);
    else
      context.log(fmt::format("setup.egress_allow: {} is not reached: ARGOSY_EGRESS_FROM_REPOSITORIES is off\n", text));
  }
  // What is installed beside the repository's own may be of anybody's making: it sees no secret.
  if (facilities.secrets == nullptr || !wish.also.empty()) return {};
  std::vector<std::string> missing;
  request.secrets = secrets_for(*facilities.secrets, step.task.repository_id, wish.file.setup.secrets, missing);
  for (const auto& name : missing) context.log(fmt::format("setup.secrets: ARGOSY_SETUP_SECRETS has no {} for this repository\n", name));
  return {};
}

// Not empty: a cache of the change's own, so that no change fills one that others use.
std::string digest_of(const DependencyWish& wish) {
  const auto& key_files = wish.component.set_up.key_files;
  const bool decides = std::ranges::any_of(wish.changed_files,
                                           [&](const std::string& file) { return std::ranges::find(key_files, file) != key_files.end(); });
  if (!decides && wish.also.empty()) return {};
  return crypto::sha256_hex(text::join(wish.patches, "\n"));
}

}  // namespace

Result<SetUpDone> fetch_dependencies(const DependencyWish& wish, const Facilities& facilities, const runtime::Step& step,
                                     runtime::StepContext& context) {
  const auto tell = [&](const std::string& thought) {
    context.emit(tasks::agent_thought("testing", thought, context.clock().unix_ms()));
    context.log(thought + "\n");
  };
  auto component = wish.component;
  if (component.set_up.commands.empty()) return SetUpDone{.text = "none needed"};
  if (facilities.dependencies == nullptr) return SetUpDone{.text = "switched off"};
  if (wish.options.sandbox == sandbox::Class::gvisor) {
    SetUpDone none{.text = "not possible with class gvisor, which has no way out: ARGOSY_TEST_PATHS can bring the dependencies"};
    tell(fmt::format("Dependencies: {}", none.text));
    return none;
  }
  const auto digest = digest_of(wish);
  auto tree = wish.tree;
  if (digest.empty()) {
    ARGOSY_TRY(tree, wish.base_tree());
  }
  component.set_up.commands.insert(component.set_up.commands.end(), wish.also.begin(), wish.also.end());
  tell(fmt::format("Fetching the dependencies: {}", text::join(component.set_up.commands, "; ")));
  SetUpRequest request{.component = component,
                       .tree = tree,
                       .scratch = facilities.scratch,
                       .repository = step.task.url,
                       .patch_digest = digest,
                       .read = [&](const std::string& path) { return read_untrusted(tree, path, kMaxKeyFile); },
                       .options = wish.options,
                       .audit =
                           [&](const egress::AuditEvent& event) {
                             context.log(fmt::format("egress {}\n", json::dump(egress::to_json(event))));
                             if (facilities.egress != nullptr && facilities.egress->connected) facilities.egress->connected(event);
                           },
                       .unaudited =
                           [&](std::int64_t count) {
                             if (facilities.egress != nullptr && facilities.egress->refused_unseen)
                               facilities.egress->refused_unseen(count);
                           }};
  ARGOSY_TRY_VOID(ask_operator(request, wish, facilities, step, context));
  ARGOSY_TRY(auto done, set_up(request, *facilities.network, *facilities.dependencies));
  tell(fmt::format("Dependencies: {}", done.text));
  return done;
}

}  // namespace argosy::testing
