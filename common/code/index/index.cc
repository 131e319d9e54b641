#include "common/code/index/index.h"

#include <algorithm>

#include "common/code/index/names.h"

namespace argosy::code {

namespace {

// Of a file they lie in one array, in reading order.
bool in_reading_order(const TagAt& one, const TagAt& other) {
  if (one.file != other.file) return one.file->path < other.file->path;
  return std::pair(one.definition, one.reference) < std::pair(other.definition, other.reference);
}

}  // namespace

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

Index::Index(std::shared_ptr<const Index> base, std::vector<IndexedFile> changed, std::size_t parsed)
    : names_(base->names_), parsed_(parsed), base_(std::move(base)), changed_(std::move(changed)) {
  files_.reserve(base_->files_.size() + changed_.size());
  auto next = changed_.begin();
  const auto add_up_to = [&](std::string_view path) {
    for (; next != changed_.end() && next->path <= path; ++next)
      if (next->tags != nullptr) files_.push_back(*next);
  };
  for (const auto& file : base_->files_) {
    add_up_to(file.path);
    const bool changed_here = next != changed_.begin() && std::prev(next)->path == file.path;
    if (!changed_here) files_.push_back(file);
  }
  for (; next != changed_.end(); ++next)
    if (next->tags != nullptr) files_.push_back(*next);
}

Index::~Index() = default;

void Index::drop_changed(std::vector<TagAt>& places) const {
  std::erase_if(places, [&](const TagAt& at) { return std::ranges::binary_search(changed_, at.file->path, {}, &IndexedFile::path); });
}

const IndexedFile* Index::file(std::string_view path) const {
  const auto at = std::ranges::lower_bound(files_, path, {}, [](const IndexedFile& one) { return std::string_view(one.path); });
  return at != files_.end() && at->path == path ? &*at : nullptr;
}

std::size_t Index::symbols() const {
  if (base_ == nullptr) return definitions_.places.size();
  std::size_t all = base_->symbols();
  for (const auto& file : changed_) {
    if (const auto* old = base_->file(file.path)) all -= old->tags->definitions.size();
    if (file.tags != nullptr) all += file.tags->definitions.size();
  }
  return all;
}

std::vector<TagAt> Index::definitions(std::string_view name) const {
  std::vector<TagAt> out;
  if (base_ != nullptr) {
    out = base_->definitions(name);
    drop_changed(out);
    for (const auto& file : changed_) {
      if (file.tags == nullptr) continue;
      for (const auto& one : file.tags->definitions)
        if (one.name == name) out.push_back({.file = &file, .line = one.line, .definition = &one});
    }
    std::ranges::sort(out, in_reading_order);
    return out;
  }
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
  if (base_ != nullptr) {
    out = base_->references(name);
    drop_changed(out);
    for (const auto& file : changed_) {
      if (file.tags == nullptr) continue;
      for (const auto& one : file.tags->references)
        if (one.name == name) out.push_back({.file = &file, .line = one.line, .reference = &one});
    }
    std::ranges::sort(out, in_reading_order);
    return out;
  }
  const auto id = names_->find(name);
  if (!id) return out;
  for (const auto [file, index] : references_.of(*id)) {
    const Reference& one = files_[file].tags->references[index];
    out.push_back({.file = &files_[file], .line = one.line, .reference = &one});
  }
  return out;
}

}  // namespace argosy::code
