#include "common/code/index/index.h"

#include <algorithm>

#include "common/code/index/names.h"

namespace argosy::code {

std::span<const Index::Place> Index::Places::of(std::uint32_t id) const {
  if (id + 1 >= starts.size()) return {};  // a name of a newer index
  return std::span(places).subspan(starts[id], starts[id + 1] - starts[id]);
}

// Counted, then laid down: two passes in the order of files.
template <auto Member>
Index::Places Index::places() const {
  Places out;
  out.starts.assign(names_->size() + 2, 0);
  for (const auto& file : files_)
    for (const auto& one : (*file.tags).*Member) ++out.starts[Names::id(one.name) + 2];
  for (std::size_t i = 1; i < out.starts.size(); ++i) out.starts[i] += out.starts[i - 1];
  out.places.resize(out.starts.back());
  for (std::uint32_t i = 0; i < files_.size(); ++i) {
    const auto& list = (*files_[i].tags).*Member;
    for (std::uint32_t k = 0; k < list.size(); ++k) out.places[out.starts[Names::id(list[k].name) + 1]++] = {.file = i, .index = k};
  }
  out.starts.pop_back();
  return out;
}

Index::Index(std::vector<IndexedFile> files, std::shared_ptr<Names> names, std::size_t parsed)
    : files_(std::move(files)), names_(std::move(names)), parsed_(parsed) {
  definitions_ = places<&FileTags::definitions>();
  references_ = places<&FileTags::references>();
}

Index::~Index() = default;

const IndexedFile* Index::file(std::string_view path) const {
  const auto at = std::ranges::lower_bound(files_, path, {}, [](const IndexedFile& one) { return std::string_view(one.path); });
  return at != files_.end() && at->path == path ? &*at : nullptr;
}

std::size_t Index::symbols() const { return definitions_.places.size(); }

std::vector<TagAt> Index::definitions(std::string_view name) const {
  std::vector<TagAt> out;
  const auto id = names_->find(name);
  if (!id) return out;
  for (const auto [file, index] : definitions_.of(*id)) {
    const Definition& one = files_[file].tags->definitions[index];
    out.push_back({.file = &files_[file], .line = one.line, .definition = &one});
  }
  return out;
}

std::vector<TagAt> Index::references(std::string_view name) const {
  std::vector<TagAt> out;
  const auto id = names_->find(name);
  if (!id) return out;
  for (const auto [file, index] : references_.of(*id)) {
    const Reference& one = files_[file].tags->references[index];
    out.push_back({.file = &files_[file], .line = one.line, .reference = &one});
  }
  return out;
}

}  // namespace argosy::code
