// The tags of all sources of a tree, found by name: what repo maps, searches and agents' tools stand on. Built on all cores; built again
// from an older one, or with tags that were kept elsewhere, it parses only what is new. Immutable once built, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/source_tree.h"
#include "common/code/tags/tags.h"

namespace argosy::code {

struct IndexedFile {
  std::string path;
  std::uint64_t hash = 0;  // of its bytes
  // One reference a name, with its first line and how often it stands there. Equal names are the same bytes in all files of an index.
  std::shared_ptr<const FileTags> tags;
};

struct TagAt {
  const IndexedFile* file = nullptr;
  std::uint32_t line = 0;
  const Definition* definition = nullptr;  // null: a reference
  const Reference* reference = nullptr;    // null: a definition
};

class Names;
class StoredTags;

class Index {
 public:
  // Sources only, those of package managers (kForeignFolders) left out; one that cannot be read is left out, too. Errors: those of the
  // tree. `before`, `stored`: what is the same there is taken from them.
  static Result<std::shared_ptr<const Index>> build(const SourceTree& tree, const Index* before = nullptr, unsigned threads = 2,
                                                    const StoredTags* stored = nullptr);
  // As if built of the tree of `base` with the edit laid over it; only what the edit changes is read and parsed. `earlier`, made of the
  // same base: what it has of these files is taken from it. Cost: that of the edited files, and a copy of the list of all.
  static std::shared_ptr<const Index> edited(std::shared_ptr<const Index> base, const Edit& edit, const Index* earlier = nullptr);
  ~Index();

  std::span<const IndexedFile> files() const { return files_; }  // by path
  const IndexedFile* file(std::string_view path) const;          // null: it has none
  std::size_t symbols() const;                                   // definitions in all files
  std::size_t parsed() const { return parsed_; }                 // files that a grammar had to read for it
  // By path; of one name one reference a file. Lines of further references are found by reading the file again.
  std::vector<TagAt> definitions(std::string_view name) const;
  std::vector<TagAt> references(std::string_view name) const;

 private:
  // Where a name stands: of name `id` what is in [starts[id], starts[id + 1]).
  struct Place {
    std::uint32_t file = 0, index = 0;
  };
  struct Places {
    std::vector<std::uint32_t> starts;
    std::vector<Place> places;
    std::span<const Place> of(std::uint32_t id) const;
  };

  Index(std::vector<IndexedFile> files, std::shared_ptr<Names> names, std::size_t parsed);
  Index(std::shared_ptr<const Index> base, std::vector<IndexedFile> changed, std::size_t parsed);
  void drop_changed(std::vector<TagAt>& places) const;
  template <auto Member>
  Places places() const;

  std::vector<IndexedFile> files_;
  std::shared_ptr<Names> names_;
  std::size_t parsed_;
  Places definitions_, references_;
  // Of an edited one: whose places hold but in these files, by path; without tags: gone, or no source any more.
  std::shared_ptr<const Index> base_;
  std::vector<IndexedFile> changed_;
};

inline constexpr std::array<std::string_view, 8> kForeignFolders{"node_modules", "bower_components", "vendor", ".venv",
                                                                 "venv",         "site-packages",    ".tox",   ".git"};

// What a map shall show, and of what it shall show more.
struct MapWish {
  std::size_t tokens = 1024;
  std::vector<std::string> files{};  // worked on, or named: shown by others only
  std::vector<std::string> names{};  // mentioned
};
struct RepoMap {
  std::string text;
  std::size_t tokens = 0;          // about, see estimate in repo_map.cc
  std::vector<std::string> files;  // that it shows, the most important first
};
// Ranked by personalised PageRank over who refers to whom, cut to the budget.
RepoMap repo_map(const Index& index, const MapWish& wish);

}  // namespace argosy::code
