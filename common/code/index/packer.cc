#include "common/code/index/packer.h"

#include <algorithm>

#include "common/code/index/content_hash.h"

namespace argosy::code {
namespace {

struct Bytes {
  std::shared_ptr<Names> names;
  std::unique_ptr<char[]> signatures;
};

}  // namespace

std::uint32_t& Packer::slot_of(std::string_view name) {
  hash_ = static_cast<std::uint32_t>(content_hash(name));
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash_ & mask;; at = (at + 1) & mask)
    if (slots_[at] == kFree || (hashes_[slots_[at]] == hash_ && references_[slots_[at]].name == name)) return slots_[at];
}

void Packer::grow() {
  slots_.assign(slots_.size() * 2, kFree);
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t i = 0; i < references_.size(); ++i) {
    std::size_t at = hashes_[i] & mask;
    while (slots_[at] != kFree) at = (at + 1) & mask;
    slots_[at] = i;
  }
}

void Packer::count(const RawTags& raw, std::vector<Reference>& out) {
  references_.clear();
  hashes_.clear();
  if (slots_.size() > kMaxKept && raw.references.size() * 4 < slots_.size()) slots_.resize(kMaxKept);  // one large file is no reason
  std::ranges::fill(slots_, kFree);
  for (const auto& one : raw.references) {
    std::uint32_t& slot = slot_of(one.name);
    if (slot != kFree) {
      ++references_[slot].count;
      references_[slot].call |= one.call ? 1 : 0;
      continue;
    }
    slot = static_cast<std::uint32_t>(references_.size());
    references_.push_back({.name = one.name, .line = one.line, .call = one.call});
    hashes_.push_back(hash_);
    if (references_.size() * 2 > slots_.size()) grow();
  }
  out.assign(references_.begin(), references_.end());
  for (auto& one : out) one.name = names_->keep(one.name);
}

std::shared_ptr<const FileTags> Packer::pack(Language language, RawTags& raw) {
  auto out = std::make_shared<FileTags>();
  out->language = language;
  out->broken = raw.broken;
  out->package = raw.package;
  out->imports.assign(std::make_move_iterator(raw.imports.begin()), std::make_move_iterator(raw.imports.end()));
  count(raw, out->references);

  std::size_t size = 0;
  for (const auto& one : raw.definitions) size += one.signature.size();
  Bytes bytes{.names = names_, .signatures = std::make_unique_for_overwrite<char[]>(size)};
  std::vector<std::string_view> scopes;
  for (const auto& scope : raw.scopes) scopes.push_back(scope.empty() ? std::string_view() : names_->keep(scope));
  char* next = bytes.signatures.get();
  out->definitions.reserve(raw.definitions.size());
  for (const auto& one : raw.definitions) {
    std::ranges::copy(one.signature, next);
    out->definitions.push_back({.name = names_->keep(one.name),
                                .kind = one.kind,
                                .scope = scopes[one.scope],
                                .line = one.line,
                                .end_line = one.end_line,
                                .signature = {next, one.signature.size()},
                                .exported = one.exported});
    next += one.signature.size();
  }
  out->bytes = std::make_shared<const Bytes>(std::move(bytes));
  return out;
}

}  // namespace argosy::code
