// What a repository is made of and how each part is set up, tested, linted, formatted and measured, with the reasons. The testing worker
// acts on it, `argosy tool detect` prints it. Values, any thread.
//
// Commands are for /bin/sh in the component's folder. They know $ARGOSY_REPORT_DIR (where reports go) and $ARGOSY_CACHE_DIR (what set-up
// fills, with the network there; tests see it read-only and offline). Both phases must see the cache and the workspace at the same two
// paths: environments of Python and links of Node.js hold absolute ones.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace argosy::project {

// A file, and what it says that led to a decision.
struct Evidence {
  std::string file, says;
};

// What must be there before a command can be worth running; `check` is run in the sandbox.
struct Need {
  std::string check, what, hint;
  std::string program{};  // that `check` looks for, when it is one
};

struct Cache {
  std::string kind;    // venv, node_modules, gomodcache, m2, cargo, gradle, fetchcontent
  std::string folder;  // below $ARGOSY_CACHE_DIR
};

// With the network there, before the tests. No commands: nothing needs to be fetched.
struct SetUp {
  std::string folder{};  // where the commands run: the component's, or that of the workspace it is a member of
  std::vector<std::string> commands{};
  std::vector<std::string> key_files{};  // from the root: their bytes make the cache's key
  std::map<std::string, std::string> env{};
  std::vector<Cache> caches{};
  std::vector<std::string> registries{};  // whose registries it talks to: pypi, npm, go, maven, crates
};

struct Test {
  std::string
      runner{};  // whose output it is: pytest, unittest, node, jest, vitest, mocha, ava, tap, npm-script, go, maven, gradle, ctest, cargo
  std::string reason{};  // one sentence, for the log and the user
  std::string command{};
  std::string prepare{};  // run by the same shell before it: makes what set-up cached known
  std::map<std::string, std::string> env{};
  std::string report_file{};            // below $ARGOSY_REPORT_DIR
  std::string report_folder{};          // the name of folders in the tree that the tool fills with JUnit files ("surefire-reports")
  bool exit_code_decides = false;       // green without a report is green: the repository chose the command
  std::optional<int> exit_code_none{};  // what the tool ends with when it found no test
  // {files}, {file}, {name}, ... are filled in by select.h; empty: the tool cannot choose.
  std::string some_files{}, one_case{};
  std::string case_timeout{};  // arguments that give every test a time limit of {seconds}; empty: only the whole run has one
};

struct Coverage {
  std::string tool{}, command{};  // runs the tests like Test::command, and writes the report
  std::string report{};           // below $ARGOSY_REPORT_DIR; for JaCoCo the name of files in the tree
  std::string format{};           // as common/reports names it: cobertura, lcov, jacoco, go-cover, coverage-py-json
};

struct Lint {
  std::string tool{}, why{}, command{};  // {files}: the changed files of `endings`; without it the whole component
  std::string report{}, format{};        // below $ARGOSY_REPORT_DIR (checkstyle: the name of files in the tree); as common/reports names it
  std::vector<std::string> endings{};
};

struct Format {
  std::string tool{}, why{}, command{};  // rewrites {files}
  std::vector<std::string> endings{};
};

struct Bench {
  std::string command{};  // of .argosy.yaml only
};

struct Component {
  std::string folder{};    // "" is the root
  std::string language{};  // python, javascript, typescript, go, java, kotlin, c, c++, rust
  std::string framework{};
  std::string package_manager{};
  std::string runtime_version_wanted{};
  std::vector<Evidence> evidence{};
  std::vector<Need> needs{};
  SetUp set_up{};
  Test test{};
  std::optional<Coverage> coverage{};
  std::vector<Lint> lint{};
  std::vector<Format> format{};
  std::optional<Bench> bench{};
  std::vector<std::string> notes{};    // what was seen and could not be made use of
  std::vector<std::string> endings{};  // of the files that make it change
  std::size_t sources = 0;             // files of its language
  bool has_tests() const { return !test.command.empty(); }
};

// What a Dockerfile and its like say about the machine that the code expects.
struct Hint {
  std::string file, kind, name, value;  // kind: base_image, runtime, package
};

struct Project {
  std::vector<Component> components{};  // with tests first, then the shallowest, then the largest
  std::vector<Hint> hints{};
};

}  // namespace argosy::project
