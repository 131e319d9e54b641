// One attempt to get out of a sandbox, or one ordinary program that must work in it, as data: the groups (groups/) write them down, the
// runner (runner.h) makes them. Test code of tests/escape; values, any thread.
//
// The program says what came of it in a line "tried: OUTCOME", and only after it has really tried: no such line is a failure. How the run
// ended is put behind it ("timed-out", "out-of-memory", "out-of-disk", "SIGSYS", ...). Patterns are regular expressions over the whole
// outcome; with "!" in front the outcome must not match.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/sandbox/sandbox.h"

namespace argosy::escape {

struct World;  // world.h

enum class Language { shell, python, call };  // call: attempts/call.c
struct Program {
  Language language = Language::shell;
  std::string text;
};
inline Program sh(std::string text) { return {Language::shell, std::move(text)}; }
inline Program py(std::string text) { return {Language::python, std::move(text)}; }
inline Program call(std::string text) { return {Language::call, std::move(text)}; }

// One run: what it is given, and what came of it.
struct Stage {
  const World& world;
  sandbox::Class kind;
  std::filesystem::path folder;  // of this run alone, closed to others; holds the workspace
  sandbox::Job job{};
  sandbox::Finished done{};
  std::string outcome{};  // empty: it never said that it had tried
};
using Change = std::function<void(Stage&)>;
using Reason = std::function<std::optional<std::string>(const World&)>;  // asked when it would be made
using Look = std::function<std::string(Stage&)>;                         // what is wrong; empty: nothing

// The same program where less holds it: shows that it is able to get further, or that a layer holds by itself.
struct Contrast {
  std::string where;
  std::string expected;
  bool on_host = false;    // without any sandbox
  bool root_only = false;  // an ordinary user may not do it anywhere
  Change change{};
};

struct Attempt {
  std::string name;
  std::string layer;  // what holds it
  Program program;
  std::string held;  // the outcome when it is held; of a control: when it works
  std::vector<Contrast> contrasts{};
  Change prepare{};
  Look look{};                             // from outside, after the run in the sandbox
  Reason not_run{};                        // why it cannot be made on this host
  std::optional<std::string> in_gvisor{};  // the outcome there; nothing: says nothing about that class
  std::optional<std::string> as_user{};    // the outcome in an ordinary user's sandbox, where it is another
  bool root_only = false;                  // its layer exists only in root's sandboxes
  bool quick = false;                      // among the few of class gvisor in `make test`

  Attempt(std::string what, std::string by, Program how, std::string outcome)
      : name(std::move(what)), layer(std::move(by)), program(std::move(how)), held(std::move(outcome)) {}

  Attempt&& host(std::string expected) && { return add({.where = "host", .expected = std::move(expected), .on_host = true}); }
  // What only root may do on the host; as root harmless, because the program stops before the harm.
  Attempt&& host_root(std::string expected) && {
    return add({.where = "host", .expected = std::move(expected), .on_host = true, .root_only = true});
  }
  Attempt&& without_seccomp(std::string expected) && {
    return add(
        {.where = "without seccomp", .expected = std::move(expected), .change = [](Stage& stage) { stage.job.without.seccomp = true; }});
  }
  Attempt&& without_landlock(std::string expected) && {
    return add(
        {.where = "without landlock", .expected = std::move(expected), .change = [](Stage& stage) { stage.job.without.landlock = true; }});
  }
  Attempt&& with(std::string where, std::string expected, Change change) && {
    return add({.where = std::move(where), .expected = std::move(expected), .change = std::move(change)});
  }
  Attempt&& first(Change change) && { return prepare = std::move(change), std::move(*this); }
  Attempt&& then(Look what) && { return look = std::move(what), std::move(*this); }
  Attempt&& root() && { return root_only = true, std::move(*this); }
  Attempt&& user(std::string outcome) && { return as_user = std::move(outcome), std::move(*this); }
  Attempt&& unless(Reason reason) && { return not_run = std::move(reason), std::move(*this); }
  Attempt&& gvisor() && { return in_gvisor = held, std::move(*this); }
  Attempt&& gvisor(std::string outcome) && { return in_gvisor = std::move(outcome), std::move(*this); }
  Attempt&& gvisor_quick() && { return quick = true, std::move(*this).gvisor(); }
  Attempt&& gvisor_quick(std::string outcome) && { return quick = true, std::move(*this).gvisor(std::move(outcome)); }

 private:
  Attempt&& add(Contrast contrast) { return contrasts.push_back(std::move(contrast)), std::move(*this); }
};

struct Group {
  std::string name;
  std::vector<Attempt> attempts;
  bool controls = false;
};

}  // namespace argosy::escape
