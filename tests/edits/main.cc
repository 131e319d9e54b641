// Random damage to real edits: what a model means by exactly one place is applied, byte for byte; what it does not is refused.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "common/code/edits/engine.h"
#include "common/core/text.h"
#include "tests/edits/mutation.h"

namespace argosy::edits {
namespace {

constexpr std::string_view kHelp =
    "argosy_edits N|--seed SEED BEFORE AFTER [BEFORE AFTER...]\n"
    "Damages real edits (from the sources in BEFORE to those in AFTER) in N ways, or shows what one seed does.\n";

constexpr std::size_t kMostShown = 10;
constexpr double kLeastClean = 0.99, kLeastSlipped = 0.95;

class MapTree final : public code::SourceTree {
 public:
  explicit MapTree(const Files& files) : files_(files) {}
  Result<std::vector<std::string>> list() const override {
    std::vector<std::string> paths;
    for (const auto& [path, bytes] : files_) paths.push_back(path);
    return paths;
  }
  Result<std::optional<std::string>> read(const std::string& path) const override {
    const auto found = files_.find(path);
    return found == files_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  const Files& files_;
};

enum class Verdict : std::uint8_t { applied, refused, wrong };

struct Judged {
  Verdict verdict;
  std::string why;
};

code::EditOutcome outcome_of(const Files& files, const std::string& answer, code::EditFormat format) {
  const MapTree tree(files);
  return code::apply_edits(tree, code::read_edits(answer, format, tree));
}

Files with(Files files, const code::Edit& edit) {
  for (const auto& [path, bytes] : edit.files) {
    if (bytes)
      files[path] = *bytes;
    else
      files.erase(path);
  }
  return files;
}

std::string why_not(const code::EditOutcome& outcome) {
  return outcome.failed.empty() ? "" : outcome.failed[0].reason + ": " + outcome.failed[0].hint;
}

Judged judge(const Mutation& mutation) {
  const auto outcome = outcome_of(mutation.tree, mutation.answer, mutation.format);
  if (!outcome.ok()) return {outcome.staged.files.empty() ? Verdict::refused : Verdict::wrong, why_not(outcome)};
  const auto now = with(mutation.tree, outcome.staged);
  if (now != mutation.expected) return {Verdict::wrong, "another tree than expected"};
  if (mutation.reverse.empty()) return {Verdict::applied, ""};
  const auto back = outcome_of(now, mutation.reverse, mutation.format);
  if (back.ok() && with(now, back.staged) != mutation.tree) return {Verdict::wrong, "the reverse gives another tree"};
  return {Verdict::applied, ""};
}

struct Counts {
  std::size_t applied = 0, refused = 0, wrong = 0;
  double rate() const {
    return applied + refused + wrong == 0 ? 1 : static_cast<double>(applied) / static_cast<double>(applied + refused + wrong);
  }
};

class Run {
 public:
  explicit Run(const std::vector<Library>& libraries) : libraries_(libraries) {}

  bool all(std::size_t n) {
    std::atomic<std::uint64_t> next = 1;
    const auto work = [&] {
      for (auto seed = next++; seed <= n; seed = next++) {
        const auto mutation = mutate(libraries_, seed);
        take(mutation, seed, judge(mutation));
      }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) threads.emplace_back(work);
    for (auto& thread : threads) thread.join();
    for (const auto& [what, counts] : by_damage_)
      fmt::print("  {:<32} applied={} refused={} wrong={}\n", what, counts.applied, counts.refused, counts.wrong);
    const auto& clean = by_kind_[0];
    const auto& slipped = by_kind_[1];
    Counts sum;
    for (const auto& counts : by_kind_) {
      sum.applied += counts.applied;
      sum.refused += counts.refused;
      sum.wrong += counts.wrong;
    }
    const bool good = sum.wrong == 0 && clean.rate() >= kLeastClean && slipped.rate() >= kLeastSlipped;
    fmt::print("edits: clean={:.2f}% named={:.2f}%{}\n", 100 * clean.rate(), 100 * slipped.rate(), good ? "" : ", which is not enough");
    fmt::print("edits: n={} applied={} refused={} wrong={}\n", n, sum.applied, sum.refused, sum.wrong);
    return good;
  }

 private:
  void take(const Mutation& mutation, std::uint64_t seed, const Judged& judged) {
    const std::lock_guard lock(mutex_);
    for (Counts* counts : {&by_kind_[static_cast<std::size_t>(mutation.kind)], &by_damage_[name_of(mutation)]})
      ++(judged.verdict == Verdict::applied ? counts->applied : judged.verdict == Verdict::refused ? counts->refused : counts->wrong);
    const bool surprising = judged.verdict == Verdict::wrong || (judged.verdict == Verdict::refused && mutation.kind <= Kind::slipped);
    if (!surprising || (judged.verdict != Verdict::wrong && shown_++ >= kMostShown)) return;
    fmt::print("seed {}: {} {}: {}\n", seed, name_of(mutation), judged.verdict == Verdict::wrong ? "WRONG" : "refused",
               text::ellipsize(judged.why, 200));
  }
  static std::string name_of(const Mutation& mutation) {
    constexpr auto kNames = std::to_array<std::string_view>({"", "named: ", "other: ", "hostile: "});
    return std::string(kNames[static_cast<std::size_t>(mutation.kind)]) + mutation.what;
  }

  const std::vector<Library>& libraries_;
  std::array<Counts, kKinds> by_kind_{};
  std::map<std::string, Counts> by_damage_;
  std::size_t shown_ = 0;
  std::mutex mutex_;
};

void compare(const Files& expected, const Files& now) {
  for (const auto& [path, bytes] : expected) {
    const auto found = now.find(path);
    if (found == now.end() || found->second == bytes) continue;
    const auto at = static_cast<std::size_t>(std::mismatch(bytes.begin(), bytes.end(), found->second.begin(), found->second.end()).first -
                                             bytes.begin());
    const auto from = at < 120 ? 0 : at - 120;
    fmt::print("{} differs at byte {}; expected:\n{}\n--- is:\n{}\n", path, at, bytes.substr(from, 400),
               from < found->second.size() ? found->second.substr(from, 400) : "");
  }
}

int show(const std::vector<Library>& libraries, std::uint64_t seed) {
  const auto mutation = mutate(libraries, seed);
  const auto judged = judge(mutation);
  const auto outcome = outcome_of(mutation.tree, mutation.answer, mutation.format);
  fmt::print("{}: {}\n{}\n", mutation.what, judged.why, mutation.answer);
  for (const auto& one : outcome.applied) fmt::print("{}:{} {}\n", one.path, one.line, one.rung);
  const auto now = with(mutation.tree, outcome.staged);
  if (outcome.ok()) compare(mutation.expected, now);
  if (outcome.ok() && !mutation.reverse.empty()) {
    fmt::print("and back:\n{}\n", mutation.reverse);
    compare(mutation.tree, with(now, outcome_of(now, mutation.reverse, mutation.format).staged));
  }
  return judged.verdict == Verdict::wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main_of(std::span<char*> words) {
  const bool one = words.size() > 2 && std::string_view(words[1]) == "--seed";
  const std::size_t first = one ? 3 : 2;
  const auto number = words.size() > first ? text::to_int(words[first - 1]) : std::nullopt;
  if (!number || *number < 1 || (words.size() - first) % 2 != 0 || words.size() == first) {
    fmt::print(stderr, "{}", kHelp);
    return 2;
  }
  std::vector<Library> libraries;
  for (std::size_t i = first; i + 1 < words.size(); i += 2) {
    libraries.push_back(load(words[i], words[i + 1]));
    if (libraries.back().changed.empty()) {
      fmt::print(stderr, "argosy_edits: {} and {} have no file in common that differs\n", words[i], words[i + 1]);
      return 2;
    }
  }
  if (one) return show(libraries, static_cast<std::uint64_t>(*number));
  return Run(libraries).all(static_cast<std::size_t>(*number)) ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace argosy::edits

int main(int argc, char** argv) { return argosy::edits::main_of({argv, static_cast<std::size_t>(argc)}); }
