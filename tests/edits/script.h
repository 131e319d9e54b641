// Real edits for the corpus: two releases of a library, file by file, as lines that stay, go and come. Values, any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace argosy::edits {

using Random = std::mt19937_64;
using Lines = std::vector<std::string>;

inline std::size_t pick(Random& random, std::size_t below) { return static_cast<std::size_t>(random() % below); }
inline bool chance(Random& random, unsigned percent) { return random() % 100 < percent; }

enum class Fate : std::uint8_t { stays, goes, comes };
struct Item {
  Fate fate;
  std::string text;
  bool operator==(const Item&) const = default;
};
// A file and what becomes of it, in one: before is what stays and goes, after what stays and comes.
using Script = std::vector<Item>;

Lines before(const Script& script);
Lines after(const Script& script);

// A run of changed lines, as a range of the script.
struct Hunk {
  std::size_t begin, end;
};
std::vector<Hunk> hunks(const Script& script);
// The script in which only these of its hunks happen.
Script only(const Script& script, const std::vector<Hunk>& chosen);

struct SourceFile {
  std::string path;
  Script script;
};
// Files that both folders have and that differ, and under `others` some that do not.
struct Library {
  std::vector<SourceFile> changed;
};
Library load(const std::filesystem::path& before, const std::filesystem::path& after);

std::string join(const Lines& lines);

}  // namespace argosy::edits
