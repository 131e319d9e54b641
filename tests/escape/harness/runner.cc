#include "tests/escape/harness/runner.h"

#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <regex>
#include <thread>

#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "tests/escape/harness/world.h"

namespace argosy::escape {
namespace {

namespace fs = std::filesystem;
using sandbox::Finished;

constexpr int kAtOnce = 4;
constexpr int kFirstSignal = 128;
constexpr std::string_view kTried = "tried: ";
constexpr std::chrono::seconds kLongestStart{15};
constexpr const char* kToolsInside = "/attempts";

// What every shell program finds: a command's answer as the outcome.
constexpr const char* kShellStart = R"(
attempt() { if said=$("$@" 2>&1); then echo "tried: ok $said"; else echo "tried: refused $said"; fi | tr '\n' ' '; echo; }
)";
constexpr const char* kPythonStart = R"(
import ctypes, errno, fcntl, mmap, os, signal, socket, stat, struct, subprocess, sys, threading, time
env = os.environ
def tried(*words): print('tried:', *words, flush=True)
def attempt(program):
    try:
        said = program()
        tried('ok') if said is None else tried('ok', said)
    except OSError as error:
        tried(errno.errorcode.get(error.errno, error))
libc = ctypes.CDLL(None, use_errno=True)
def libc_call(name, *arguments):
    result = getattr(libc, name)(*arguments)
    if result == -1: raise OSError(ctypes.get_errno(), name)
    return result
)";

std::vector<std::string> words(const Program& program, const fs::path& tools) {
  switch (program.language) {
    case Language::shell:
      return {"/bin/sh", "-c", kShellStart + program.text};
    case Language::python:
      return {"/usr/bin/python3", "-c", kPythonStart + program.text};
    case Language::call:
      break;
  }
  std::vector<std::string> all{(tools / "call").string()};
  for (const auto word : text::split(program.text, ' ')) all.emplace_back(word);
  return all;
}

std::string outcome_of(const Finished& done) {
  std::string outcome;
  for (const auto line : text::lines(done.out))
    if (line.starts_with(kTried)) outcome = text::trim(line.substr(kTried.size()));
  if (outcome.empty()) return "";
  if (done.out_of_memory) return outcome + " out-of-memory";
  if (done.out_of_disk) return outcome + " out-of-disk";
  if (done.timed_out) return outcome + " timed-out";
  if (done.exit_code == kFirstSignal + SIGSYS) return outcome + " SIGSYS";
  if (done.exit_code > kFirstSignal) outcome += fmt::format(" signal-{}", done.exit_code - kFirstSignal);
  return outcome;
}

bool matches(const std::string& outcome, std::string_view pattern) {
  const bool must = !pattern.starts_with('!');
  if (!must) pattern.remove_prefix(1);
  return !outcome.empty() && std::regex_match(outcome, std::regex(pattern.begin(), pattern.end())) == must;
}

std::string tail(const Finished& done) { return text::ellipsize(text::trim(done.out + done.err), 400); }

class One {
 public:
  One(const Part& part, const World& world, const Group& group, const Attempt& attempt)
      : part_(part), world_(world), attempt_(attempt), verdict_{&group, &attempt} {}

  Verdict run() {
    const auto began = std::chrono::steady_clock::now();
    if (const auto why = attempt_.not_run ? attempt_.not_run(world_) : std::nullopt) {
      verdict_.kind = Verdict::Kind::not_run;
      verdict_.outcome = *why;
      return verdict_;
    }
    in_the_sandbox();
    // In gVisor there are no layers of ours to switch off, and the host was shown by class bwrap.
    if (part_.kind == sandbox::Class::bwrap)
      for (const auto& contrast : attempt_.contrasts)
        if (verdict_.problem.empty() && (part_.root || !contrast.root_only)) hold_against(contrast);
    if (!verdict_.problem.empty()) verdict_.kind = Verdict::Kind::failed;
    verdict_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return verdict_;
  }

 private:
  const std::string& held() const {
    if (part_.kind == sandbox::Class::gvisor && attempt_.in_gvisor) return *attempt_.in_gvisor;
    return !part_.root && attempt_.as_user ? *attempt_.as_user : attempt_.held;
  }

  void in_the_sandbox() {
    const TempDir folder("escape");
    auto stage = make_stage(folder.path());
    if (const auto problem = run_inside(stage)) {
      verdict_.problem = *problem;
      return;
    }
    verdict_.outcome = stage.outcome;
    if (stage.outcome.empty())
      verdict_.problem = "it never tried: " + tail(stage.done);
    else if (!matches(stage.outcome, held()))
      verdict_.problem = fmt::format("expected {}; {}", held(), tail(stage.done));
    else if (world_.leaked_in(stage.done.out + stage.done.err))
      verdict_.problem = "the secret came out";
    else if (attempt_.look)
      verdict_.problem = attempt_.look(stage);
    if (verdict_.problem.empty()) verdict_.problem = world_.damage();
  }

  Stage make_stage(const fs::path& folder) const {
    Stage stage{.world = world_, .kind = part_.kind, .folder = folder};
    stage.job.workspace = folder / "workspace";
    fs::create_directory(stage.job.workspace);
    stage.job.env = world_.hints();
    stage.job.env["CALL"] = std::string(kToolsInside) + "/call";
    stage.job.read_only_at = {{kToolsInside, world_.tools}};
    stage.job.argv = words(attempt_.program, kToolsInside);
    stage.job.limits.wall = std::chrono::seconds(60);
    return stage;
  }

  std::optional<std::string> run_inside(Stage& stage, const Change& change = {}) const {
    if (attempt_.prepare) attempt_.prepare(stage);
    if (change) change(stage);
    for (;; stage.job.limits.wall *= 5) {
      auto done = sandbox::Sandbox(part_.kind).run(stage.job);
      if (!done) return to_string(done.error());
      stage.done = std::move(*done);
      stage.outcome = outcome_of(stage.done);
      // Ended before it had begun: a busy machine needs longer to start it than a time bomb is given.
      const bool too_early = stage.outcome.empty() && stage.done.timed_out;
      if (!too_early || stage.job.limits.wall >= kLongestStart) return std::nullopt;
    }
  }

  std::optional<std::string> run_outside(Stage& stage) const {
    if (attempt_.prepare) attempt_.prepare(stage);
    Command command;
    command.argv = words(attempt_.program, world_.tools);
    command.env = minimal_env();
    for (const auto& [name, value] : stage.job.env) command.env[name] = value;
    command.env["CALL"] = world_.tools / "call";
    command.env["HOME"] = command.env["TMPDIR"] = stage.folder;
    command.cwd = stage.job.workspace;
    command.timeout = std::chrono::seconds(20);
    auto done = argosy::run(command);
    if (!done) return to_string(done.error());
    static_cast<Completed&>(stage.done) = std::move(*done);
    stage.outcome = outcome_of(stage.done);
    return std::nullopt;
  }

  // Either the others were off, or the program got further as soon as this one was.
  void note_alone(const Contrast& contrast) {
    constexpr std::string_view word = " alone";
    const bool only_one = attempt_.layer.find_first_of(",;") == std::string::npos;
    if (contrast.where.ends_with(word))
      verdict_.alone.push_back(contrast.where.substr(0, contrast.where.size() - word.size()));
    else if (only_one)
      verdict_.alone.push_back(attempt_.layer);
  }

  void hold_against(const Contrast& contrast) {
    const TempDir folder("escape");
    auto stage = make_stage(folder.path());
    const auto problem = contrast.on_host ? run_outside(stage) : run_inside(stage, contrast.change);
    if (problem)
      verdict_.problem = contrast.where + ": " + *problem;
    else if (!matches(stage.outcome, contrast.expected))
      verdict_.problem = fmt::format("{}: expected {}, was \"{}\"; {}", contrast.where, contrast.expected, stage.outcome, tail(stage.done));
    note_alone(contrast);
    verdict_.contrast += fmt::format("{}{}: {}", verdict_.contrast.empty() ? "" : "; ", contrast.where, stage.outcome);
  }

  const Part& part_;
  const World& world_;
  const Attempt& attempt_;
  Verdict verdict_;
};

bool belongs(const Part& part, const Group& group, const Attempt& attempt) {
  if (!part.only.empty() && group.name != part.only) return false;
  if (attempt.root_only && !part.root) return false;
  if (part.kind == sandbox::Class::gvisor && !attempt.in_gvisor) return false;
  return !part.quick || attempt.quick;
}

}  // namespace

std::string Part::title() const {
  return fmt::format("class {} as {}{}", to_string(kind), root ? "root" : "an ordinary user", quick ? ", a few" : "");
}

std::vector<Verdict> run_part(const Part& part, const World& world, const std::vector<Group>& groups) {
  std::vector<std::pair<const Group*, const Attempt*>> all;
  for (const auto& group : groups)
    for (const auto& attempt : group.attempts)
      if (belongs(part, group, attempt)) all.emplace_back(&group, &attempt);
  std::vector<Verdict> verdicts(all.size());
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kAtOnce; ++i)
      threads.emplace_back([&] {
        for (std::size_t at = 0; (at = next++) < all.size();) verdicts[at] = One(part, world, *all[at].first, *all[at].second).run();
      });
  }
  return verdicts;
}

}  // namespace argosy::escape
