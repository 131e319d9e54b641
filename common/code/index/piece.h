// Tags of files as bytes, so that they can be kept outside of this process: many files a piece, each found by what its bytes hash to.
// Whoever has them parses only what is not among them. Used by Index::build() and by who keeps indexes (workers/codegen).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/code/tags/tags.h"

namespace argosy::code {

class Names;
struct IndexedFile;

// A piece ends with the file that makes it longer than this.
inline constexpr std::size_t kPieceBytes = 1u << 20;
// None is longer. A file whose tags alone would be is in none: it is parsed each time.
inline constexpr std::size_t kMaxPieceBytes = 4u << 20;

// What writes tags now: the grammars, and the version of what is made of their trees. Pieces of others are of no use.
std::string tag_format();

// What the tags of a file follow from: its bytes, by their hash, and the language that its name says.
std::uint64_t tag_key(std::string_view path, std::uint64_t hash);
std::uint64_t tag_key(const IndexedFile& file);

// Equal files once.
std::vector<std::string> pieces_of(std::span<const IndexedFile* const> files);

// What was kept. Thread-safe once all pieces are added.
class StoredTags {
 public:
  // False: it is damaged or of another format, and nothing of it counts.
  bool add(std::string piece);

  std::size_t size() const { return places_.size(); }  // different files
  std::vector<std::uint64_t> keys() const;
  // Null: they are not among them, or cannot be read. The names are kept with `names`.
  std::shared_ptr<const FileTags> find(std::uint64_t key, const std::shared_ptr<Names>& names) const;

 private:
  struct Piece {
    std::string bytes;
    std::vector<std::string_view> texts;
  };
  struct Place {
    const Piece* piece = nullptr;
    std::string_view bytes;
  };

  std::vector<std::unique_ptr<const Piece>> pieces_;
  std::unordered_map<std::uint64_t, Place> places_;
};

}  // namespace argosy::code
