#include "common/vcs/git.h"

#include <cstdlib>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "common/core/text.h"
#include "common/vcs/secret_fd.h"

namespace argosy::vcs {
namespace {

using Setting = std::pair<const char*, const char*>;

// Given on the command line's level, which beats whatever a mirror's or a work tree's own configuration says.
constexpr Setting kSettings[] = {
    {"core.hooksPath", "/dev/null"},
    {"core.fsmonitor", "false"},
    {"core.attributesFile", "/dev/null"},
    {"core.excludesFile", "/dev/null"},
    {"core.askPass", ""},
    {"core.autocrlf", "false"},
    {"core.safecrlf", "false"},
    {"core.symlinks", "true"},
    {"core.fileMode", "true"},
    {"core.ignoreCase", "false"},
    {"core.protectHFS", "true"},
    {"core.protectNTFS", "true"},
    {"core.quotePath", "false"},
    // A mirror that a power cut damaged is cloned again; that is cheaper than flushing on every fetch.
    {"core.fsync", "none"},
    {"credential.helper", ""},  // empties the list
    {"credential.useHttpPath", "true"},
    // A redirect could carry the credential to another host.
    {"http.followRedirects", "false"},
    {"http.lowSpeedLimit", "1000"},
    {"http.lowSpeedTime", "60"},
    {"protocol.allow", "never"},
    {"submodule.recurse", "false"},
    {"fetch.recurseSubmodules", "false"},
    {"push.recurseSubmodules", "no"},
    {"fetch.unpackLimit", "1"},
    {"gc.auto", "0"},
    {"maintenance.auto", "false"},
    {"commit.gpgSign", "false"},
    {"push.gpgSign", "false"},
    {"diff.renames", "false"},
    {"diff.noprefix", "false"},
    {"diff.mnemonicPrefix", "false"},
    {"apply.whitespace", "nowarn"},
    {"apply.ignoreWhitespace", "no"},
};

// What a company's network needs; not configuration of git and not secret.
constexpr const char* kPassedOn[] = {"https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "GIT_SSL_CAINFO"};

std::map<std::string, std::string> fixed_env(const VcsOptions& options) {
  auto env = minimal_env();
  for (const char* name : kPassedOn)
    if (const char* value = std::getenv(name)) env[name] = value;
  env["HOME"] = "/nonexistent";  // curl would read a .netrc there
  env["LC_ALL"] = "C";           // the complaints are read by program
  env["GIT_CONFIG_NOSYSTEM"] = "1";
  env["GIT_CONFIG_GLOBAL"] = "/dev/null";
  env["GIT_CONFIG_SYSTEM"] = "/dev/null";
  env["GIT_ATTR_NOSYSTEM"] = "1";
  env["GIT_TERMINAL_PROMPT"] = "0";
  env["GIT_ALLOW_PROTOCOL"] = options.allow_file ? "https:ssh:file" : "https:ssh";
  env["GIT_SSH_COMMAND"] = "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o ClearAllForwardings=yes";
  env["GIT_SSH_VARIANT"] = "ssh";
  env["GIT_LITERAL_PATHSPECS"] = "1";
  env["GIT_NO_REPLACE_OBJECTS"] = "1";
  env["GIT_OPTIONAL_LOCKS"] = "0";
  env["GIT_PAGER"] = "cat";
  env["GIT_EDITOR"] = "false";
  return env;
}

void add_setting(std::map<std::string, std::string>& env, int& count, std::string key, std::string value) {
  env[fmt::format("GIT_CONFIG_KEY_{}", count)] = std::move(key);
  env[fmt::format("GIT_CONFIG_VALUE_{}", count)] = std::move(value);
  env["GIT_CONFIG_COUNT"] = std::to_string(++count);
}

constexpr int kSettingCount = static_cast<int>(std::size(kSettings));

// "https://host:port" of an address that passed check_url: the helper answers for this host only.
std::string origin(const std::string& url) { return url.substr(0, url.find('/', url.find("://") + 3)); }

}  // namespace

Git::Git(const VcsOptions& options, std::string url)
    : options_(options), url_(std::move(url)), credential_(credential_for(options.credentials, url_)), env_(fixed_env(options)) {
  int count = 0;
  for (const auto& [key, value] : kSettings) add_setting(env_, count, key, value);
  options_.credentials.clear();
}

Result<Completed> Git::run(GitCall call) const {
  Command command;
  command.argv = {"git"};
  command.argv.insert(command.argv.end(), call.args.begin(), call.args.end());
  command.env = env_;
  command.env.insert(call.env.begin(), call.env.end());
  command.env["GIT_DIR"] = call.git_dir.string();
  if (!call.work_tree.empty()) command.env["GIT_WORK_TREE"] = call.work_tree.string();
  command.cwd = call.work_tree.empty() ? std::filesystem::path("/") : call.work_tree;
  command.input = std::move(call.input);
  command.timeout = options_.timeout;
  command.max_output = kMaxGitOutput;
  command.cancelled = options_.cancelled;
  command.keep_fds = std::move(call.keep_fds);

  std::optional<SecretFd> secret;
  if (call.remote && credential_) {
    ARGOSY_TRY(auto made, SecretFd::make(*credential_));
    secret.emplace(std::move(made));
    int count = kSettingCount;
    add_setting(command.env, count, fmt::format("credential.{}.helper", origin(url_)), secret->helper());
    command.keep_fds.push_back(secret->fd());
  }
  ARGOSY_TRY(auto completed, argosy::run(command));
  if (completed.cancelled) return fail_transient("cancelled", "git was stopped because the step was cancelled");
  if (completed.timed_out)
    return fail_transient("git_timeout", fmt::format("git {} took longer than {} s", call.args.front(), options_.timeout.count() / 1000),
                          "ARGOSY_GIT_TIMEOUT_MS allows more");
  return completed;
}

Result<std::string> Git::local(GitCall call) const {
  const std::string what = call.args.front();
  ARGOSY_TRY(auto completed, run(std::move(call)));
  if (completed.exit_code != 0) return fail_transient("git_failed", fmt::format("git {} failed: {}", what, complaint(completed)));
  if (completed.out_truncated) return fail_user("output_too_large", fmt::format("git {} gave more than {} MiB", what, kMaxGitOutput >> 20));
  return std::move(completed.out);
}

Result<std::string> Git::remote(GitCall call) const {
  call.remote = true;
  ARGOSY_TRY(auto completed, run(std::move(call)));
  if (completed.exit_code != 0) return std::unexpected(remote_error(completed));
  return std::move(completed.out);
}

namespace {

std::string config_text(bool bare) {
  return fmt::format("[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = {}\n", bare ? "true" : "false");
}

}  // namespace

Result<void> write_git_dir(const std::filesystem::path& dir, bool bare) {
  std::error_code error;
  for (const char* folder : {"objects/info", "objects/pack", "refs/heads", "info"}) {
    std::filesystem::create_directories(dir / folder, error);
    if (error) return fail_transient("git_dir_failed", fmt::format("cannot make {}: {}", (dir / folder).string(), error.message()));
  }
  ARGOSY_TRY_VOID(write_file_atomic(dir / "config", config_text(bare)));
  // Highest in git's order of attributes: no line of a .gitattributes converts bytes, and no filter of that name is ever looked for.
  ARGOSY_TRY_VOID(
      write_file_atomic(dir / "info/attributes", "* -text !eol !filter !ident !working-tree-encoding !diff !merge !whitespace\n"));
  return write_file_atomic(dir / "HEAD", "ref: refs/heads/none\n");
}

bool has_our_config(const std::filesystem::path& dir, bool bare) {
  const auto text = read_file(dir / "config", 4096);
  return text && *text == config_text(bare);
}

bool is_object_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace argosy::vcs
