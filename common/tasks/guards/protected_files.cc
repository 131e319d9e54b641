#include "common/tasks/guards/protected_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "common/core/crypto.h"
#include "common/core/failpoint.h"
#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::tasks {
namespace {

constexpr std::string_view kCi = "a CI workflow", kHook = "a hook, or what manages hooks", kGit = "a setting of git", kLock = "a lock file",
                           kRules = "the repository's rules for changes", kOwners = "the list of code owners",
                           kSource = "where packages come from", kBot = "a setting of a bot that opens pull requests";

struct Rule {
  std::string_view pattern;  // in small letters. With a '/': a path from the root, or below what ends in '/'; without: a name anywhere
  std::string_view what;
};

constexpr auto kRulesList = std::to_array<Rule>({
    // what forges and build servers run
    {".github/workflows/", kCi},
    {".github/actions/", kCi},
    {".gitlab/ci/", kCi},
    {".gitlab-ci.yml", kCi},
    {".gitlab-ci.yaml", kCi},
    {"*.gitlab-ci.yml", kCi},
    {".circleci/", kCi},
    {".gitea/", kCi},
    {".forgejo/", kCi},
    {".buildkite/", kCi},
    {".drone.yml", kCi},
    {".drone.yaml", kCi},
    {".drone.star", kCi},
    {".drone.jsonnet", kCi},
    {".woodpecker/", kCi},
    {".woodpecker.yml", kCi},
    {".woodpecker.yaml", kCi},
    {".travis.yml", kCi},
    {".appveyor.yml", kCi},
    {"appveyor.yml", kCi},
    {".cirrus.yml", kCi},
    {".cirrus.star", kCi},
    {".semaphore/", kCi},
    {".teamcity/", kCi},
    {".concourse/", kCi},
    {".tekton/", kCi},
    {".azure-pipelines/", kCi},
    {".azuredevops/", kCi},
    {"azure-pipelines*.yml", kCi},
    {"azure-pipelines*.yaml", kCi},
    {"bitbucket-pipelines.yml", kCi},
    {"buildspec*.yml", kCi},
    {"cloudbuild.yaml", kCi},
    {"cloudbuild.yml", kCi},
    {"cloudbuild.json", kCi},
    {"jenkinsfile", kCi},
    {"jenkinsfile.*", kCi},
    {"*.jenkinsfile", kCi},
    {"codemagic.yaml", kCi},
    {"bitrise.yml", kCi},
    {"wercker.yml", kCi},
    {".build.yml", kCi},
    {".builds/", kCi},
    {".scrutinizer.yml", kCi},
    {"codefresh.yml", kCi},
    {".codefresh/", kCi},
    {"vercel.json", kCi},
    {"netlify.toml", kCi},
    {".readthedocs.yml", kCi},
    {".readthedocs.yaml", kCi},
    // what runs when somebody commits or opens a folder
    {".husky/", kHook},
    {".githooks/", kHook},
    {".git-hooks/", kHook},
    {"githooks/", kHook},
    {".huskyrc*", kHook},
    {"husky.config.*", kHook},
    {".pre-commit-config.yaml", kHook},
    {".pre-commit-config.yml", kHook},
    {".pre-commit-hooks.yaml", kHook},
    {"lefthook.yml", kHook},
    {"lefthook.yaml", kHook},
    {"lefthook.toml", kHook},
    {"lefthook.json", kHook},
    {".lefthook.*", kHook},
    {"lefthook-local.*", kHook},
    {".lefthook/", kHook},
    {".lefthook-local/", kHook},
    {".overcommit.yml", kHook},
    {".lintstagedrc*", kHook},
    {"lint-staged.config.*", kHook},
    {".simple-git-hooks.*", kHook},
    {"simple-git-hooks.*", kHook},
    {".captainhook.json", kHook},
    {"captainhook.json", kHook},
    {".envrc", kHook},
    {".vscode/tasks.json", kHook},
    {".vscode/settings.json", kHook},
    {".devcontainer/", kHook},
    {".gitattributes", kGit},
    {".gitmodules", kGit},
    {".gitconfig", kGit},
    // what is installed
    {"package-lock.json", kLock},
    {"npm-shrinkwrap.json", kLock},
    {"yarn.lock", kLock},
    {"pnpm-lock.yaml", kLock},
    {"bun.lock", kLock},
    {"bun.lockb", kLock},
    {"deno.lock", kLock},
    {"poetry.lock", kLock},
    {"pdm.lock", kLock},
    {"uv.lock", kLock},
    {"pipfile.lock", kLock},
    {"pylock.toml", kLock},
    {"pylock.*.toml", kLock},
    {"conda-lock.yml", kLock},
    {"pixi.lock", kLock},
    {"go.sum", kLock},
    {"go.work.sum", kLock},
    {"cargo.lock", kLock},
    {"gemfile.lock", kLock},
    {"gems.locked", kLock},
    {"composer.lock", kLock},
    {"gradle.lockfile", kLock},
    {"buildscript-gradle.lockfile", kLock},
    {"gradle/verification-metadata.xml", kLock},
    {"gradle-wrapper.properties", kLock},
    {"gradle-wrapper.jar", kLock},
    {"maven-wrapper.properties", kLock},
    {"maven-wrapper.jar", kLock},
    {"packages.lock.json", kLock},
    {"project.assets.json", kLock},
    {"paket.lock", kLock},
    {"mix.lock", kLock},
    {"rebar.lock", kLock},
    {"pubspec.lock", kLock},
    {"podfile.lock", kLock},
    {"cartfile.resolved", kLock},
    {"package.resolved", kLock},
    {"flake.lock", kLock},
    {"conan.lock", kLock},
    {"vcpkg-configuration.json", kSource},
    {"module.bazel.lock", kLock},
    {"maven_install.json", kLock},
    {"stack.yaml.lock", kLock},
    {"cabal.project.freeze", kLock},
    {"cpanfile.snapshot", kLock},
    {"renv.lock", kLock},
    {"manifest.toml", kLock},
    {"*.lock", kLock},
    {"*.lockfile", kLock},
    {"chart.lock", kLock},
    {".terraform.lock.hcl", kLock},
    {".npmrc", kSource},
    {".yarnrc", kSource},
    {".yarnrc.yml", kSource},
    {".yarn/", kSource},
    {".pnpmfile.cjs", kSource},
    {"pip.conf", kSource},
    {".cargo/", kSource},
    {"nuget.config", kSource},
    {".mvn/", kSource},
    // how changes are judged
    {".argosy.yaml", kRules},
    {".argosy.yml", kRules},
    {"codeowners", kOwners},
    {".github/dependabot.yml", kBot},
    {".github/dependabot.yaml", kBot},
    {"renovate.json", kBot},
    {"renovate.json5", kBot},
    {".renovaterc*", kBot},
});

bool matches(std::string_view pattern, std::string_view path) {
  if (pattern.ends_with('/')) return path.starts_with(pattern) || path.find(std::string("/").append(pattern)) != std::string_view::npos;
  if (pattern.contains('/')) return path == pattern || path.ends_with(std::string("/").append(pattern));
  return text::path_matches(pattern, path.substr(path.rfind('/') + 1));
}

// Files that the error's sentence names; its details have all.
constexpr std::size_t kMaxNamed = 10;
constexpr std::size_t kDigestLetters = 40;  // of a question's name: who writes the lists must not find two that share one

}  // namespace

std::optional<std::string_view> protected_as(std::string_view path) {
  const auto lower = text::lower(path);
  const auto rule = std::ranges::find_if(kRulesList, [&](const Rule& one) { return matches(one.pattern, lower); });
  if (rule == kRulesList.end()) return std::nullopt;
  return rule->what;
}

std::string protected_files_question(Paths paths) {
  std::ranges::sort(paths);
  const auto same = std::ranges::unique(paths);
  paths.erase(same.begin(), same.end());
  return fmt::format("{}-{}", kProtectedFilesQuestion,
                     crypto::sha256_hex(text::join(paths, std::string_view("\0", 1))).substr(0, kDigestLetters));
}

const Answer* protected_files_answer(const Paths& paths, const std::vector<Answer>& answers) {
  const auto found = std::ranges::find(answers, protected_files_question(paths), &Answer::name);
  return found == answers.end() ? nullptr : &*found;
}

Result<void> check_protected(const std::vector<TouchedFile>& touched, const std::vector<Answer>& answers,
                             const std::vector<Paths>& granted) {
  if (ARGOSY_FAILPOINT("policy.off")) return {};
  const auto approved = [&](const Paths& paths) {
    const auto* answer = protected_files_answer(paths, answers);
    return answer != nullptr && answer->verdict == Verdict::approve;
  };
  std::set<std::string> let;
  for (const auto& paths : granted)
    if (approved(paths)) let.insert(paths.begin(), paths.end());
  std::map<std::string, std::string_view> found;
  for (const auto& file : touched)
    for (const auto& path : {file.path, file.old_path})
      if (const auto what = path.empty() || let.contains(path) ? std::nullopt : protected_as(path))
        found.emplace(text::to_utf8(path), *what);
  Paths paths;
  std::string named;
  for (const auto& [path, what] : found) {
    if (paths.size() < kMaxNamed) named += fmt::format("{}{} ({})", named.empty() ? "" : ", ", path, what);
    paths.push_back(path);
  }
  if (paths.empty() || approved(paths)) return {};
  if (paths.size() > kMaxNamed) named += fmt::format(" and {} more", paths.size() - kMaxNamed);
  auto failure = fail_user("protected_file", fmt::format("the change touches protected files: {}", named),
                           "leave them as they are, or let a person approve it");
  failure.error().details = json::dump(json::Object{{"files", json::Array(paths.begin(), paths.end())}});
  return failure;
}

Paths files_of_protected(const Error& because) {
  Paths paths;
  if (const auto details = json::parse(because.details))
    for (const auto& path : details->array_or_empty("files"))
      if (path.is_string()) paths.push_back(path.as_string());
  return paths;
}

Question ask_for_protected(const Error& because) {
  return {.name = protected_files_question(files_of_protected(because)),
          .type = "approval",
          .description = fmt::format("An agent wants to change what no agent changes by itself. {}. \"approve\" lets this task change "
                                     "these files; \"reject\" ends it.",
                                     because.message),
          .because = because};
}

}  // namespace argosy::tasks
