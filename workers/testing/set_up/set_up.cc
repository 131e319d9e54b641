#include "workers/testing/set_up/set_up.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/crypto.h"
#include "common/core/file.h"
#include "common/core/text.h"
#include "common/egress/proxy.h"
#include "common/project/detect.h"
#include "common/reports/clean_text.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHomeInside = "/setup-home";
constexpr const char* kCaInside = "/opt/argosy/ca-certificates.crt";
constexpr std::size_t kTailBytes = 600;

// Everything that decides what a set-up fetches. Changes of this program that fetch differently change the number.
std::string cache_key(const SetUpRequest& request) {
  const auto& set_up = request.component.set_up;
  std::string all = fmt::format("1\n{}\n{}\n{}\n", request.repository, set_up.folder, request.patch_digest);
  for (const auto& command : set_up.commands) all += command + "\n";
  for (const auto& [name, value] : set_up.env) all += fmt::format("{}={}\n", name, value);
  for (const auto& file : set_up.key_files) all += fmt::format("{} {}\n", file, crypto::sha256_hex(request.read(file)));
  return crypto::sha256_hex(all);
}

Result<fs::path> make_home(const fs::path& scratch, const Network::Given& given) {
  const auto home = scratch / "home";
  std::error_code error;
  fs::create_directories(home, error);
  for (const auto& [path, bytes] : given.files) {
    fs::create_directories((home / path).parent_path(), error);
    ARGOSY_TRY_VOID(write_file_atomic(home / path, bytes));
  }
  return home;
}

std::string script_of(const project::Component& component) {
  std::string text = "set -e\n";
  if (!component.set_up.folder.empty()) text += fmt::format("cd '{}'\n", component.set_up.folder);
  for (const auto& command : component.set_up.commands) text += command + "\n";
  return text;
}

std::string last_words(const sandbox::Finished& done) {
  const auto said = text::trim(done.err.empty() ? done.out : done.err);
  return reports::clean(said.substr(said.size() - std::min(said.size(), kTailBytes)), kTailBytes);
}

std::string why(const sandbox::Finished& done) {
  if (done.timed_out) return "it took too long";
  if (done.out_of_memory) return "it used too much memory";
  if (done.out_of_disk) return "it filled the disk";
  return fmt::format("exit code {}: {}", done.exit_code, last_words(done));
}

// The proxy lives as long as the run: its destructor ends all connections.
Result<sandbox::Finished> run_with_network(const SetUpRequest& request, Network& network, const fs::path& cache) {
  const TempDir folder("set-up", request.scratch);
  std::error_code error;
  fs::copy(request.tree, folder.path() / "workspace", fs::copy_options::recursive | fs::copy_options::copy_symlinks, error);
  if (error) return fail_transient("tree_not_written", fmt::format("cannot copy the tree for its set-up: {}", error.message()));

  const auto& set_up = request.component.set_up;
  const auto given = network.given(set_up.registries, kHomeInside, kCaInside);
  ARGOSY_TRY(const auto home, make_home(folder.path(), given));
  auto options = request.options;
  options.cache = cache;
  options.cache_is_filled = false;
  const Stage stage(folder.path(), options);
  auto job = stage.job(script_of(request.component), set_up.env);
  for (const auto& [name, value] : given.env) job.env[name] = value;
  const bool fenced = options.sandbox != sandbox::Class::none;
  job.writable_at[kHomeInside] = home;
  job.env["HOME"] = fenced ? kHomeInside : home.string();
  if (const auto bundle = network.ca_bundle()) job.read_only_at[kCaInside] = *bundle;
  job.on_output = options.log;
  for (const auto& [name, value] : request.secrets) job.env[name] = value;
  auto policy = network.policy(set_up.registries);
  policy.allow.insert(policy.allow.end(), request.also_allow.begin(), request.also_allow.end());
  egress::Proxy proxy(std::move(policy), request.audit);
  job.egress = [&](int listener) { proxy.serve(listener); };
  auto done = stage.run(job);
  proxy.stop();
  if (request.unaudited) request.unaudited(proxy.totals().unaudited);
  return done;
}

}  // namespace

Result<SetUpDone> set_up(const SetUpRequest& request, Network& network, const DependencyCache& cache) {
  if (request.component.set_up.commands.empty()) return SetUpDone{.text = "none needed", .folder = {}};
  ARGOSY_TRY(auto folder, cache.open(cache_key(request)));
  if (folder.filled()) return SetUpDone{.text = "cached", .folder = std::move(folder)};
  ARGOSY_TRY(const auto done, run_with_network(request, network, folder.path()));
  if (done.exit_code != 0 || done.timed_out || done.cancelled)
    return SetUpDone{.text = "failed: " + why(done), .failed = true, .folder = {}};
  ARGOSY_TRY_VOID(folder.keep());
  return SetUpDone{.text = fmt::format("installed in {:.1f} s", static_cast<double>(done.duration.count()) / 1000),
                   .folder = std::move(folder)};
}

}  // namespace argosy::testing
