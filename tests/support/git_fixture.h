// A real bare remote and an author who pushes to it, in a folder that vanishes. For tests of everything that speaks git. One thread.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "common/core/file.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"

namespace argosy::testing {

class GitFixture {
 public:
  GitFixture() : dir_("gitfixture") {
    std::filesystem::create_directories(author());
    git(dir_.path(), {"init", "-q", "--bare", "--initial-branch=main", remote().string()});
    git(author(), {"init", "-q", "--initial-branch=main"});
    git(author(), {"remote", "add", "origin", remote().string()});
  }

  std::filesystem::path dir() const { return dir_.path(); }
  std::filesystem::path remote() const { return dir_.path() / "remote.git"; }
  std::filesystem::path author() const { return dir_.path() / "author"; }
  std::filesystem::path work_dir() const { return dir_.path() / "work"; }
  std::string url() const { return "file://" + remote().string(); }

  // Runs git as the author would; what it printed, without white space at the ends. Fails the test when git does.
  std::string git(const std::filesystem::path& in, std::vector<std::string> args, const std::string& input = {}) const {
    Command command;
    command.argv = {
        "git", "-c", "user.name=Author", "-c", "user.email=author@example.org", "-c", "core.autocrlf=false", "-c", "commit.gpgSign=false"};
    command.argv.insert(command.argv.end(), args.begin(), args.end());
    command.env = minimal_env();
    command.env["GIT_CONFIG_NOSYSTEM"] = "1";
    command.env["GIT_CONFIG_GLOBAL"] = "/dev/null";
    command.cwd = in;
    command.input = input;
    const auto done = run(command);
    if (!done || done->exit_code != 0)
      ADD_FAILURE() << "git " << text::join(args, " ") << ": " << (done ? done->err : done.error().message);
    return done ? std::string(text::trim(done->out)) : "";
  }
  std::string at_remote(std::vector<std::string> args) const { return git(remote(), std::move(args)); }

  void write(const std::string& path, const std::string& bytes, std::filesystem::perms mode = std::filesystem::perms(0644)) const {
    std::filesystem::create_directories((author() / path).parent_path());
    ASSERT_TRUE(write_file_atomic(author() / path, bytes));
    std::filesystem::permissions(author() / path, mode);
  }

  // Commits all that lies in the author's folder, byte for byte, and pushes it; the commit's id.
  std::string push(const std::string& message = "a commit", const std::string& branch = "main") const {
    std::filesystem::create_directories(author() / ".git/info");
    // The author's own attributes must not change what the remote gets: the tests are about exact bytes.
    (void)write_file_atomic(author() / ".git/info/attributes", "* -text !eol !filter !ident !working-tree-encoding\n");
    git(author(), {"add", "-A", "-f"});
    git(author(), {"commit", "-q", "--allow-empty", "-m", message});
    git(author(), {"push", "-q", "--force", "origin", "HEAD:refs/heads/" + branch});
    return git(author(), {"rev-parse", "HEAD"});
  }

  std::string push_files(const std::map<std::string, std::string>& files, const std::string& message = "a commit") const {
    for (const auto& [path, bytes] : files) write(path, bytes);
    return push(message);
  }

  // What the remote has at "branch:path"; fails the test when there is nothing.
  std::string at(const std::string& branch, const std::string& path) const {
    Command command{.argv = {"git", "cat-file", "blob", "refs/heads/" + branch + ":" + path}, .env = minimal_env(), .cwd = remote()};
    const auto done = run(command);
    EXPECT_TRUE(done && done->exit_code == 0) << path << " is not on " << branch;
    return done ? done->out : "";
  }
  // The paths of a branch, sorted.
  std::vector<std::string> paths_at(const std::string& branch) const {
    std::vector<std::string> paths;
    const auto listing = at_remote({"ls-tree", "-r", "--name-only", "refs/heads/" + branch});
    for (const auto line : text::lines(listing)) paths.emplace_back(line);
    return paths;
  }

 private:
  TempDir dir_;
};

}  // namespace argosy::testing
