// A real library of tests/fixtures/libraries as a remote that all tests of a program share, so that its dependencies come from the
// registries once: the testing worker keeps them. One thread.
#pragma once

#include <fmt/format.h>

#include "tests/support/registries.h"
#include "tests/support/testing_fixture.h"

namespace argosy::testing {

using Files = std::map<std::string, std::string>;

struct Library {
  std::shared_ptr<GitFixture> remote = std::make_shared<GitFixture>();
  std::string commit;  // the base of every change
};

// `parts` are the folders and files of the library that are taken (none: all), `more` comes on top.
inline Library library(const std::string& name, const std::vector<std::string>& parts, const Files& more) {
  const auto done = argosy::run({.argv = {ARGOSY_SOURCE_DIR "/tests/fixtures/libraries/fetch", name},
                                 .env = config::process_environment(),
                                 .timeout = std::chrono::minutes(5)});
  EXPECT_TRUE(done && done->exit_code == 0) << (done ? done->err : to_string(done.error()));
  Library made;
  const std::filesystem::path from(text::trim(done ? done->out : ""));
  constexpr auto how = std::filesystem::copy_options::recursive;
  if (parts.empty()) std::filesystem::copy(from, made.remote->author(), how);
  for (const auto& part : parts) {
    std::filesystem::create_directories((made.remote->author() / part).parent_path());
    std::filesystem::copy(from / part, made.remote->author() / part, how);
  }
  made.commit = made.remote->push_files(more);
  return made;
}

// Ruff lints and formats it, and one of its tests fails already.
inline const Library& wsproto() {
  static const Library once = library("python-wsproto", {},
                                      {{".argosy.yaml", "coverage: {max_drop: 0}\n"},
                                       {"ruff.toml", "[lint]\nselect = [\"F\"]\n\n[format]\nquote-style = \"double\"\n"},
                                       {"requirements.txt", "h11>=0.9.0\n"},
                                       {"test/test_old.py", "def test_old() -> None:\n    assert False\n"}});
  return once;
}

// A test of the handler on such a library, with set-ups through the egress proxy.
class OnLibrary : public TestingTest {
 protected:
  explicit OnLibrary(const Library& library) : TestingTest(library.remote) {
    commit = library.commit;
    remote.git(remote.author(), {"reset", "-q", "--hard", commit});
    options.set_up = true;
    options.network.addresses = test::vouched_for_all();
  }

  // A file of the base with one place changed.
  std::string edited(const std::string& path, const std::string& from, const std::string& to) {
    auto bytes = read_file(remote.author() / path).value_or("");
    const auto at = bytes.find(from);
    EXPECT_NE(at, std::string::npos) << path << " has no " << from;
    return at == std::string::npos ? bytes : bytes.replace(at, from.size(), to);
  }
  bool is_fetched() const { return std::filesystem::exists(remote.work_dir() / "dependencies"); }

  static std::string outcome(const tasks::TestOutput& output, const std::string& gate) {
    for (const auto& one : output.gates)
      if (one.gate == gate) return one.outcome + ": " + one.text;
    return "the gate was not asked";
  }
};

}  // namespace argosy::testing
