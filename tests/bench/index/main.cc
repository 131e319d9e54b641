// bench_index FOLDER...: how long the index of all sources below takes from nothing, how long after a change of one file, and how much
// memory; how long it takes from what another process kept; then ctags over the same files. Files above a megabyte are left out: nobody
// wrote them. Files are read once before, so that nobody waits for the disk.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <thread>

#include "common/code/index/index.h"
#include "common/code/index/piece.h"
#include "common/core/file.h"
#include "common/core/subprocess.h"

namespace argosy::code {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxFile = 1'000'000;
constexpr unsigned kThreads = 2;
constexpr int kWarmRuns = 5;

struct Spent {
  double wall = 0, cpu = 0;
};

double cpu_of(int who) {
  rusage used{};
  ::getrusage(who, &used);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

template <class F>
Spent spent(int who, F&& work) {
  const auto cpu = cpu_of(who);
  const auto start = std::chrono::steady_clock::now();
  work();
  return {.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), .cpu = cpu_of(who) - cpu};
}

long peak_mb() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss / 1024;
}

// Sources on the disk, and one of them changed in memory only.
class Sources final : public SourceTree {
 public:
  void add(const fs::path& folder) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const auto path = entry.path().string();
      if (!entry.is_regular_file() || entry.is_symlink() || entry.file_size() > kMaxFile) continue;
      const auto language = language_of(path);
      if (!language) continue;
      bytes_ += entry.file_size();
      ++files_[static_cast<int>(*language)];
      paths_.push_back(path);
    }
  }
  void change(const std::string& path, std::string text) { changed_ = {path, std::move(text)}; }
  Result<std::vector<std::string>> list() const override { return paths_; }
  Result<std::optional<std::string>> read(const std::string& path) const override {
    if (path == changed_.first) return changed_.second;
    return read_file(path);
  }
  double megabytes() const { return static_cast<double>(bytes_) / 1e6; }
  std::size_t languages() const { return files_.size(); }

 private:
  std::vector<std::string> paths_;
  std::map<int, std::size_t> files_;
  std::uintmax_t bytes_ = 0;
  std::pair<std::string, std::string> changed_;
};

Spent run_ctags(const std::vector<std::string>& paths) {
  Command command{.argv = {"ctags", "--sort=no", "-L", "-", "-f", "-"}, .env = minimal_env(), .max_output = 1};
  for (const auto& path : paths) command.input += path + "\n";
  return spent(RUSAGE_CHILDREN, [&] {
    const auto done = run(command);
    if (!done || done->exit_code != 0) fmt::print(stderr, "index: ctags failed: {}\n", done ? done->err : to_string(done.error()));
  });
}

// What another worker saves itself: the index as pieces, and from them.
bool measure_kept(const Sources& sources, const Index& index) {
  std::vector<const IndexedFile*> files;
  for (const auto& file : index.files()) files.push_back(&file);
  std::vector<std::string> pieces;
  const auto packing = spent(RUSAGE_SELF, [&] { pieces = pieces_of(files); });
  std::size_t bytes = 0;
  for (const auto& piece : pieces) bytes += piece.size();
  std::shared_ptr<const Index> again;
  const auto unpacking = spent(RUSAGE_SELF, [&] {
    StoredTags stored;
    for (auto& piece : pieces) stored.add(std::move(piece));
    again = Index::build(sources, nullptr, kThreads, &stored).value_or(nullptr);
  });
  if (again == nullptr || again->symbols() != index.symbols()) return fmt::print(stderr, "index: what was kept is another one\n"), false;
  fmt::print("index: {} pieces, {:.1f} MB, made in {:.2f} s; from them again in {:.2f} s, {} files parsed\n", pieces.size(),
             static_cast<double>(bytes) / 1e6, packing.wall, unpacking.wall, again->parsed());
  return true;
}

int measure(Sources& sources) {
  const auto paths = *sources.list();
  for (const auto& path : paths) (void)sources.read(path);
  const auto before = peak_mb();

  std::shared_ptr<const Index> index;
  const auto cold = spent(RUSAGE_SELF, [&] { index = Index::build(sources, nullptr, kThreads).value_or(nullptr); });
  if (index == nullptr) return 1;
  const auto rss = peak_mb();
  fmt::print("index: {} files in {} languages, {} symbols, {:.1f} s of CPU; {} MB before\n", index->files().size(), sources.languages(),
             index->symbols(), cold.cpu, before);

  std::vector<double> warm;
  for (int i = 0; i < kWarmRuns; ++i) {
    const auto& path = paths[paths.size() / kWarmRuns * static_cast<std::size_t>(i)];
    sources.change(path, **sources.read(path) + "\n");
    std::shared_ptr<const Index> next;
    warm.push_back(spent(RUSAGE_SELF, [&] { next = Index::build(sources, index.get(), kThreads).value_or(nullptr); }).wall);
    if (next == nullptr || next->symbols() != index->symbols()) return fmt::print(stderr, "index: it changed with a line's end\n"), 1;
    index = next;
  }
  std::ranges::sort(warm);

  if (!measure_kept(sources, *index)) return 1;

  const auto ctags = run_ctags(paths);
  fmt::print("index: ctags took {:.2f} s, {:.1f} s of CPU\n", ctags.wall, ctags.cpu);
  fmt::print("index: mb={:.1f} cold_s={:.2f} warm_s={:.2f} rss_mb={} ctags_ratio={:.2f}\n", sources.megabytes(), cold.wall,
             warm[kWarmRuns / 2], rss, cold.wall / ctags.wall);
  return 0;
}

}  // namespace
}  // namespace argosy::code

int main(int count, char** arguments) {
  argosy::code::Sources sources;
  for (int i = 1; i < count; ++i) sources.add(arguments[i]);
  if (sources.megabytes() == 0) return fmt::print(stderr, "usage: bench_index FOLDER...\n"), 2;
  return argosy::code::measure(sources);
}
