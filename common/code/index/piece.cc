#include "common/code/index/piece.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "common/code/index/bytes.h"
#include "common/code/index/content_hash.h"
#include "common/code/index/index.h"
#include "common/code/index/names.h"
#include "common/code/syntax/grammars.h"

namespace argosy::code {
namespace {

// Raised whenever the same source gives other tags than before, or pieces are written otherwise (a test holds it to that).
constexpr int kTagVersion = 1;
constexpr std::size_t kMostOfANumber = 10;

// The most that these tags take in a piece that has none of their names.
std::size_t most_bytes(const FileTags& tags) {
  std::size_t most = 64 + tags.package.size();
  for (const auto& one : tags.definitions) most += 7 * kMostOfANumber + one.name.size() + one.scope.size() + one.signature.size();
  for (const auto& one : tags.references) most += 4 * kMostOfANumber + one.name.size();
  for (const auto& one : tags.imports) {
    most += 4 * kMostOfANumber + one.module.size();
    for (const auto& name : one.names) most += 2 * kMostOfANumber + name.size();
  }
  return most;
}

class PieceWriter {
 public:
  bool empty() const { return files_ == 0; }
  std::size_t size() const { return texts_.bytes().size() + bodies_.bytes().size(); }

  void add(std::uint64_t key, const FileTags& tags) {
    ByteWriter body;
    body.number(static_cast<std::uint64_t>(tags.language) << 1 | (tags.broken ? 1 : 0));
    body.number(number_of(tags.package));
    add_imports(tags, body);
    add_definitions(tags, body);
    add_references(tags, body);
    bodies_.fixed(key);
    bodies_.text(body.bytes());
    ++files_;
  }

  // In front of all stands the hash of the rest.
  std::string take() && {
    ByteWriter rest;
    rest.text(tag_format());
    rest.number(numbers_.size());
    const auto made = std::move(rest).take() + texts_.bytes() + bodies_.bytes();
    ByteWriter out;
    out.fixed(content_hash(made));
    return std::move(out).take() + made;
  }

 private:
  // Texts live as long as the index that they come from.
  std::size_t number_of(std::string_view text) {
    const auto [at, fresh] = numbers_.try_emplace(text, numbers_.size());
    if (fresh) texts_.text(text);
    return at->second;
  }

  void add_imports(const FileTags& tags, ByteWriter& body) {
    body.number(tags.imports.size());
    for (const auto& one : tags.imports) {
      body.number(number_of(one.module));
      body.number(one.line);
      body.number(one.names.size());
      for (const auto& name : one.names) body.number(number_of(name));
    }
  }

  void add_definitions(const FileTags& tags, ByteWriter& body) {
    std::size_t signatures = 0;
    for (const auto& one : tags.definitions) signatures += one.signature.size();
    body.number(signatures);
    body.number(tags.definitions.size());
    std::int64_t line = 0;
    for (const auto& one : tags.definitions) {
      body.number(number_of(one.name));
      body.number(static_cast<std::uint64_t>(one.kind) << 1 | (one.exported ? 1 : 0));
      body.number(number_of(one.scope));
      body.difference(one.line - line);
      line = one.line;
      body.difference(one.end_line - line);
      body.text(one.signature);
    }
  }

  void add_references(const FileTags& tags, ByteWriter& body) {
    body.number(tags.references.size());
    std::int64_t line = 0;
    for (const auto& one : tags.references) {
      body.number(number_of(one.name));
      body.difference(one.line - line);
      line = one.line;
      body.number(std::uint64_t{one.count} << 1 | one.call);
    }
  }

  ByteWriter texts_, bodies_;
  std::unordered_map<std::string_view, std::size_t> numbers_;
  std::size_t files_ = 0;
};

struct Bytes {
  std::shared_ptr<Names> names;
  std::unique_ptr<char[]> signatures;
};

// Of one file. What does not hold makes the reader bad, and all of it nothing.
class TagsIn {
 public:
  TagsIn(std::string_view bytes, std::span<const std::string_view> texts, const std::shared_ptr<Names>& names)
      : in_(bytes), texts_(texts), names_(names) {}

  std::shared_ptr<const FileTags> read() {
    auto out = std::make_shared<FileTags>();
    const auto head = in_.number();
    if (head >> 1 >= kLanguages) return nullptr;
    out->language = static_cast<Language>(head >> 1);
    out->broken = (head & 1) != 0;
    out->package = text();
    read_imports(*out);
    out->bytes = std::make_shared<const Bytes>(names_, read_definitions(*out));
    read_references(*out);
    if (!good_ || !in_.good() || !in_.at_end()) return nullptr;
    return out;
  }

 private:
  std::string_view text() {
    const auto number = in_.number();
    good_ = good_ && number < texts_.size();
    return good_ ? texts_[number] : std::string_view();
  }
  std::string_view name() { return names_->keep(text()); }

  void read_imports(FileTags& out) {
    for (auto left = in_.count(); left > 0 && in_.good(); --left) {
      ImportLine one{.module = std::string(text()), .line = static_cast<std::uint32_t>(in_.number())};
      for (auto names = in_.count(); names > 0 && in_.good(); --names) one.names.emplace_back(text());
      out.imports.push_back(std::move(one));
    }
  }

  // Their signatures.
  std::unique_ptr<char[]> read_definitions(FileTags& out) {
    auto room = in_.count();
    auto signatures = std::make_unique_for_overwrite<char[]>(room);
    char* next = signatures.get();
    const auto count = in_.count();
    out.definitions.reserve(count);
    std::int64_t line = 0;
    for (auto left = count; left > 0 && in_.good() && good_; --left) {
      Definition one{.name = name()};
      const auto kind = in_.number();
      good_ = good_ && kind >> 1 <= static_cast<std::uint64_t>(TagKind::macro);
      one.kind = static_cast<TagKind>(kind >> 1);
      one.exported = (kind & 1) != 0;
      const auto scope = text();
      one.scope = scope.empty() ? scope : names_->keep(scope);
      line += in_.difference();
      one.line = static_cast<std::uint32_t>(line);
      one.end_line = static_cast<std::uint32_t>(line + in_.difference());
      const auto signature = in_.text();
      good_ = good_ && signature.size() <= room;
      if (!good_) break;
      room -= signature.size();
      one.signature = {next, signature.size()};
      next = std::ranges::copy(signature, next).out;
      out.definitions.push_back(one);
    }
    return signatures;
  }

  void read_references(FileTags& out) {
    const auto count = in_.count();
    out.references.reserve(count);
    std::int64_t line = 0;
    for (auto left = count; left > 0 && in_.good() && good_; --left) {
      Reference one{.name = name()};
      line += in_.difference();
      one.line = static_cast<std::uint32_t>(line);
      const auto seen = in_.number();
      one.count = static_cast<std::uint32_t>(seen >> 1) & 0x7fffffff;
      one.call = (seen & 1) != 0 ? 1 : 0;
      out.references.push_back(one);
    }
  }

  ByteReader in_;
  std::span<const std::string_view> texts_;
  const std::shared_ptr<Names>& names_;
  bool good_ = true;
};

}  // namespace

std::string tag_format() { return fmt::format("{}-{}", kTagVersion, ARGOSY_GRAMMARS); }

std::uint64_t tag_key(std::string_view path, std::uint64_t hash) {
  ByteWriter all;
  all.fixed(hash);
  const auto language = language_of(path);
  all.number(language ? 1 + static_cast<std::uint64_t>(*language) : 0);
  all.number(path.ends_with(".h") ? 1 : 0);  // may be another language than it says
  return content_hash(all.bytes());
}

std::uint64_t tag_key(const IndexedFile& file) { return tag_key(file.path, file.hash); }

std::vector<std::string> pieces_of(std::span<const IndexedFile* const> files) {
  std::vector<std::string> out;
  std::unordered_map<std::uint64_t, bool> written;
  std::optional<PieceWriter> piece;
  for (const auto* file : files) {
    const auto key = tag_key(*file);
    if (most_bytes(*file->tags) > kMaxPieceBytes - kPieceBytes - 1024 || !written.try_emplace(key, true).second) continue;
    if (!piece) piece.emplace();
    piece->add(key, *file->tags);
    if (piece->size() < kPieceBytes) continue;
    out.push_back(std::move(*piece).take());
    piece.reset();
  }
  if (piece) out.push_back(std::move(*piece).take());
  return out;
}

bool StoredTags::add(std::string bytes) {
  auto piece = std::make_unique<Piece>(std::move(bytes));
  if (piece->bytes.size() < 8 || ByteReader(piece->bytes).fixed() != content_hash(std::string_view(piece->bytes).substr(8))) return false;
  ByteReader in(std::string_view(piece->bytes).substr(8));
  if (in.text() != tag_format()) return false;
  for (auto left = in.count(); left > 0 && in.good(); --left) piece->texts.push_back(in.text());
  std::vector<std::pair<std::uint64_t, Place>> places;
  while (in.good() && !in.at_end()) {
    const auto key = in.fixed();
    places.emplace_back(key, Place{.piece = piece.get(), .bytes = in.text()});
  }
  if (!in.good()) return false;
  places_.insert(places.begin(), places.end());
  pieces_.push_back(std::move(piece));
  return true;
}

std::vector<std::uint64_t> StoredTags::keys() const {
  std::vector<std::uint64_t> out;
  for (const auto& [key, place] : places_) out.push_back(key);
  return out;
}

std::shared_ptr<const FileTags> StoredTags::find(std::uint64_t key, const std::shared_ptr<Names>& names) const {
  const auto found = places_.find(key);
  return found == places_.end() ? nullptr : TagsIn(found->second.bytes, found->second.piece->texts, names).read();
}

}  // namespace argosy::code
