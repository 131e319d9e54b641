// make escape: real programs that try to get out of real sandboxes, and ordinary ones that must work in them (README.md).
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>

#include "tests/escape/groups/groups.h"
#include "tests/escape/harness/table.h"
#include "tests/escape/harness/world.h"

namespace argosy::escape {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHelp = R"(Tries to get out of the sandbox, and to work in it.

  argosy_escape                  every class: bwrap as an ordinary user and as root, gvisor
  argosy_escape --class NAME     bwrap or gvisor alone
  argosy_escape --user           only as an ordinary user (root becomes nobody for it)
  argosy_escape --only GROUP     one group
  argosy_escape --quick          class gvisor: a few representative attempts
  argosy_escape --brief          of the table only what was not held
  argosy_escape --list           the groups, with their attempts
)";

struct Options {
  std::string kind, only;
  bool user = false, quick = false, brief = false;
};

// As <linux/capability.h> has it on a disk.
using VfsCapability = std::array<std::uint32_t, 5>;

// The programs where everybody can run them: the build may lie where only its owner can enter. Two of them come with root's rights, when
// it is root who starts the suite.
TempDir copy_tools() {
  TempDir tools("escape-tools");
  fs::permissions(tools.path(), fs::perms(0755));
  for (const char* name : {"call", "root-call", "capable-call"}) {
    fs::copy_file(ARGOSY_ESCAPE_CALL, tools.path() / name);
    fs::permissions(tools.path() / name, fs::perms(0755));
  }
  fs::permissions(tools.path() / "root-call", fs::perms::set_uid, fs::perm_options::add);
  const VfsCapability setgid{0x0200'0001, 1 << 6, 0, 0, 0};  // version 2, effective; CAP_SETGID
  ::setxattr((tools.path() / "capable-call").c_str(), "security.capability", &setgid, sizeof setgid, 0);
  return tools;
}

Tally run_and_print(const Part& part, const fs::path& tools) {
  if (part.kind == sandbox::Class::gvisor && !part.root) return print_not_run(part, "gVisor needs root to give its sandbox no network");
  // A host that forbids it by a switch, or has not the program, cannot show it; everything else that is wrong is a failure.
  const auto problem = sandbox::Sandbox::probe(part.kind);
  if (problem && (problem->find("sysctl ") != std::string::npos || problem->find("apt-get install") != std::string::npos))
    return print_not_run(part, *problem);
  const auto world = World::make(tools);
  return print_table(part, run_part(part, world, all_groups()));
}

// In a process of its own, which is nobody. Before this one has threads, and anything that only root could have made.
Tally as_nobody(const Part& part, const fs::path& tools) {
  int told[2];
  const auto* user = ::getpwnam("nobody");
  if (user == nullptr || ::pipe(told) != 0) return print_not_run(part, "there is no user nobody");
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("HOME", "/nonexistent", 1);
    if (::chdir("/") != 0 || ::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0) ::_exit(99);
    ::prctl(PR_SET_DUMPABLE, 1);  // as a program that this user started would be
    Tally tally;
    try {
      tally = run_and_print(part, tools);
    } catch (const std::exception& problem) {
      fmt::print("{}\n", problem.what());
      std::fflush(stdout);
      ::_exit(98);
    }
    // Not _exit: what the sandboxes of this process shared is removed at its end.
    std::exit(::write(told[1], &tally, sizeof tally) == sizeof tally ? 0 : 97);
  }
  ::close(told[1]);
  Tally tally;
  // A part that broke counts as an attempt that could not be made.
  if (::read(told[0], &tally, sizeof tally) != sizeof tally) tally = {.attempts = 1};
  ::close(told[0]);
  ::waitpid(child, nullptr, 0);
  return tally;
}

int list() {
  for (const auto& group : all_groups()) {
    fmt::print("{} ({})\n", group.name, group.attempts.size());
    for (const auto& attempt : group.attempts) fmt::print("  {:60} {}\n", attempt.name, attempt.layer);
  }
  return EXIT_SUCCESS;
}

int run(const Options& options) {
  const bool root = ::geteuid() == 0;
  const bool bwrap = options.kind != "gvisor", gvisor = options.kind != "bwrap" && !options.user;
  const auto tools = copy_tools();
  Tally tally;
  const Part user{.kind = sandbox::Class::bwrap, .brief = options.brief, .only = options.only};
  if (bwrap) tally += root ? as_nobody(user, tools.path()) : run_and_print(user, tools.path());
  if (bwrap && !options.user) {
    const Part as_root{.kind = sandbox::Class::bwrap, .root = true, .brief = options.brief, .only = options.only};
    tally += root ? run_and_print(as_root, tools.path()) : print_not_run(as_root, "this user is not root");
  }
  const Part in_gvisor{.kind = sandbox::Class::gvisor, .root = root, .quick = options.quick, .brief = options.brief, .only = options.only};
  if (gvisor) tally += run_and_print(in_gvisor, tools.path());
  print_sums(tally);
  return tally.good() ? EXIT_SUCCESS : EXIT_FAILURE;
}

int read_words(std::span<char*> words) {
  Options options;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string word = words[i];
    const bool has_value = i + 1 < words.size();
    if (word == "--list") return list();
    if (word == "--user") {
      options.user = true;
    } else if (word == "--quick") {
      options.quick = true;
    } else if (word == "--brief") {
      options.brief = true;
    } else if (word == "--class" && has_value) {
      options.kind = words[++i];
    } else if (word == "--only" && has_value) {
      options.only = words[++i];
    } else {
      fmt::print(stderr, "{}", kHelp);
      return word == "--help" ? EXIT_SUCCESS : 2;
    }
  }
  const auto groups = all_groups();
  const bool known_kind = options.kind.empty() || options.kind == "bwrap" || options.kind == "gvisor";
  if (known_kind && (options.only.empty() || std::ranges::find(groups, options.only, &Group::name) != groups.end())) return run(options);
  fmt::print(stderr, "no {} is called \"{}\"\n{}", known_kind ? "group" : "class", known_kind ? options.only : options.kind, kHelp);
  return 2;
}

}  // namespace
}  // namespace argosy::escape

int main(int count, char** words) {
  try {
    return argosy::escape::read_words(std::span(words, static_cast<std::size_t>(count)));
  } catch (const std::exception& problem) {
    fmt::print(stderr, "escape: {}\n", problem.what());
    return EXIT_FAILURE;
  }
}
