// Workspaces that run something as soon as git looks at them. The program leaves the weapon; the product reads the workspace with its own
// code and nothing may fire; then git is used carelessly, and it must fire, or it was no weapon.
#include <fmt/format.h>

#include <mutex>

#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "common/vcs/repository.h"
#include "tests/escape/groups/groups.h"
#include "tests/escape/harness/world.h"
#include "workers/testing/runs/test_tree.h"

namespace argosy::escape {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGit = "the product's git";

// An innocent repository for the product to check out, so that a poisoned folder can be laid over its files.
struct Innocent {
  TempDir folder{"escape-git"};
  std::unique_ptr<vcs::Repository> repository;
  std::string commit;

  static Innocent make() {
    Innocent made;
    const auto at = made.folder.path();
    const auto script = fmt::format(
        "set -e; cd '{0}'; git init -q --bare -b main origin; git init -q -b main author; cd author; echo x > file; git add file; "
        "git -c user.name=a -c user.email=a@example.org commit -q -m x; git push -q ../origin main; git rev-parse HEAD",
        at.string());
    auto env = minimal_env();
    env["HOME"] = at;
    const auto done = argosy::run({.argv = {"/bin/sh", "-c", script}, .env = env});
    if (done) made.commit = text::trim(done->out);
    auto opened = vcs::Repository::open({.work_dir = at / "work", .allow_file = true}, "file://" + (at / "origin").string());
    if (opened) made.repository = std::move(*opened);
    return made;
  }
};

Innocent& innocent() {
  static auto one = Innocent::make();
  return one;
}

// Every call of the product that looks at files; empty when all worked.
std::string read_by_the_product(const fs::path& workspace) {
  static std::mutex one_at_a_time;
  const std::scoped_lock lock(one_at_a_time);
  if (!innocent().repository) return "there is no repository to read with";
  auto tree = innocent().repository->checkout(innocent().commit);
  if (!tree) return to_string(tree.error());
  std::error_code error;
  using Options = fs::copy_options;
  fs::copy(workspace, (*tree)->path(), Options::recursive | Options::copy_symlinks | Options::overwrite_existing, error);
  if (error) return "cannot lay the workspace over the tree: " + error.message();
  for (int i = 0; i < 2; ++i) {  // the second time git knows the files of the first
    (void)(*tree)->files();
    (void)(*tree)->diff();
    (void)(*tree)->changes();
    (void)(*tree)->changes_from_commit();
    (void)(*tree)->apply("diff --git a/new b/new\nnew file mode 100644\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+x\n");
  }
  for (const auto& file : testing::find_reports(workspace, "surefire-reports", 100))
    (void)testing::read_untrusted(workspace, file.lexically_relative(workspace), 1000);
  return "";
}

Look fires_only_for(std::string careless) {
  return [careless = std::move(careless)](Stage& stage) -> std::string {
    const auto fired = stage.folder / "fired";
    if (auto problem = read_by_the_product(stage.job.workspace); !problem.empty()) return problem;
    if (fs::exists(fired)) return "it fired when the product read the workspace";
    auto env = minimal_env();
    for (const auto& [name, value] : {std::pair{"GIT_CONFIG_COUNT", "3"},
                                      {"GIT_CONFIG_KEY_0", "safe.directory"},
                                      {"GIT_CONFIG_VALUE_0", "*"},
                                      {"GIT_CONFIG_KEY_1", "user.name"},
                                      {"GIT_CONFIG_VALUE_1", "a"},
                                      {"GIT_CONFIG_KEY_2", "user.email"},
                                      {"GIT_CONFIG_VALUE_2", "a@example.org"},
                                      {"GIT_TERMINAL_PROMPT", "0"}})
      env[name] = value;
    env["HOME"] = stage.folder;
    (void)argosy::run({.argv = {"/bin/sh", "-c", careless}, .env = env, .cwd = stage.job.workspace, .timeout = std::chrono::seconds(20)});
    return fs::exists(fired) ? "" : "the weapon is none: it does not fire for a careless host either";
  };
}

constexpr const char* kStart = R"(
weapon = env['WEAPON']
def git(*words, at='.'): subprocess.run(('git', '-C', at, '-c', 'user.name=a', '-c', 'user.email=a@example.org') + words, check=True, capture_output=True)
def init(at='.'):
    git('init', '-q', '-b', 'main', at)
    open(at + '/file', 'w').write('x\n'); git('add', 'file', at=at); git('commit', '-q', '-m', 'x', at=at)
def config(key, value=weapon, at='.'): git('config', key, value, at=at)
def hook(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, 'w').write('#!/bin/sh\n' + weapon + '\n'); os.chmod(path, 0o755)
)";

Attempt weapon(const std::string& name, const std::string& load, const std::string& careless) {
  return Attempt(name, kGit, py(kStart + load + "\ntried('loaded')"), "loaded")
      .first([](Stage& stage) { stage.job.env["WEAPON"] = "touch '" + (stage.folder / "fired").string() + "'; true"; })
      .then(fires_only_for(careless))
      .gvisor();
}

const Group kGroup{
    "git as a weapon",
    {
        weapon("a hook", "init(); hook('.git/hooks/pre-commit')", "git commit --allow-empty -m x"),
        weapon("hooks of another folder", "init(); hook('hooks/pre-commit'); config('core.hooksPath', 'hooks')",
               "git commit --allow-empty -m x"),
        weapon("a hook after every change of the index", "init(); hook('.git/hooks/post-index-change')", "echo y > file; git add file"),
        weapon("core.fsmonitor", "init(); config('core.fsmonitor')", "git status"),
        weapon("core.sshCommand", "init(); config('core.sshCommand')", "git fetch ssh://localhost/x"),
        weapon("core.editor", "init(); config('core.editor')", "git commit --allow-empty"),
        weapon("gpg.program", "init(); hook('./gpg'); config('gpg.program', './gpg'); config('commit.gpgSign', 'true')",
               "git commit --allow-empty -m x"),
        weapon("a credential helper", "init(); config('credential.helper', '!' + weapon)",
               "printf 'protocol=https\\nhost=x\\n\\n' | git credential fill"),
        weapon("a filter that cleans",
               "init(); open('.gitattributes', 'w').write('* filter=evil\\n'); config('filter.evil.clean', weapon + '; cat')",
               "echo y > file; git add file"),
        weapon("a filter that smudges",
               "init(); open('.gitattributes', 'w').write('* filter=evil\\n'); config('filter.evil.smudge', weapon + '; cat')",
               "rm file; git checkout file"),
        weapon("a filter that is a process", "init(); open('.gitattributes', 'w').write('* filter=evil\\n'); config('filter.evil.process')",
               "echo y > file; git add file"),
        weapon("attributes of its own folder",
               "init(); open('.git/info/attributes', 'w').write('* filter=evil\\n'); config('filter.evil.clean', weapon + '; cat')",
               "echo y > file; git add file"),
        weapon("textconv", "init(); open('.gitattributes', 'w').write('* diff=evil\\n'); config('diff.evil.textconv', weapon + '; cat')",
               "echo y > file; git --no-pager diff"),
        weapon("diff.external", "init(); config('diff.external')", "echo y > file; git --no-pager diff"),
        weapon("a merge driver",
               "init(); open('.gitattributes', 'w').write('* merge=evil\\n'); config('merge.evil.driver')\n"
               "git('checkout', '-q', '-b', 'b'); open('file', 'w').write('b\\n'); git('commit', '-qam', 'b')\n"
               "git('checkout', '-q', 'main'); open('file', 'w').write('c\\n'); git('commit', '-qam', 'c')",
               "git merge -m x b"),
        weapon("settings from an included file",
               "init(); open('extra', 'w').write('[core]\\n\\tfsmonitor = \"' + weapon + '\"\\n'); config('include.path', '../extra')",
               "git status"),
        weapon("settings of a work tree",
               "init(); config('extensions.worktreeConfig', 'true'); git('config', '--worktree', 'core.fsmonitor', weapon)", "git status"),
        weapon("a .git that is a file",
               "init(); config('core.fsmonitor'); os.rename('.git', 'elsewhere'); open('.git', 'w').write('gitdir: elsewhere\\n')",
               "git status"),
        weapon("a .git that is a link", "init(); config('core.fsmonitor'); os.rename('.git', 'elsewhere'); os.symlink('elsewhere', '.git')",
               "git status"),
        weapon("a repository in a folder", "os.mkdir('sub'); init('sub'); config('core.fsmonitor', at='sub')", "cd sub && git status"),
        weapon("a bare repository in a folder",
               "os.mkdir('sub'); init('sub'); config('core.fsmonitor', at='sub'); config('core.worktree', '/tmp', at='sub'); "
               "os.rename('sub/.git', 'bare')",
               "cd bare && git config core.bare false && git status"),
        weapon("a submodule with settings of its own",
               "init(); os.mkdir('sub'); init('sub'); config('core.fsmonitor', at='sub'); git('add', 'sub'); git('commit', '-qm', 's')",
               "git status"),
        weapon("a submodule that updates by a command",
               "init(); os.mkdir('sub'); init('sub'); git('add', 'sub'); git('commit', '-qm', 's')\n"
               "open('.gitmodules', 'w').write('[submodule \"sub\"]\\n\\tpath = sub\\n\\turl = ./sub\\n')\n"
               "config('submodule.sub.url', './sub'); config('submodule.sub.update', '!' + weapon)\n"
               "open('sub/file', 'w').write('z\\n'); git('commit', '-qam', 'z', at='sub')",
               "git submodule update --force"),
        weapon("a remote that is a command", "init(); config('remote.origin.url', 'ext::sh -c ' + weapon.split(';')[0].replace(' ', '% '))",
               "git -c protocol.ext.allow=always fetch origin"),
    }};

}  // namespace

const Group& git_weapons() { return kGroup; }

}  // namespace argosy::escape
