#include "common/code/syntax/kept_parses.h"

#include <tree_sitter/api.h>

#include <algorithm>

#include "common/code/index/content_hash.h"

namespace argosy::code {
namespace {

TSPoint point_at(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, at);
  const auto line = before.rfind('\n');
  return {.row = static_cast<std::uint32_t>(std::ranges::count(before, '\n')),
          .column = static_cast<std::uint32_t>(line == std::string_view::npos ? at : at - line - 1)};
}

// All that differs as one edit: what stands before and behind it is the same.
TSInputEdit edit_between(std::string_view before, std::string_view after) {
  const auto most = std::min(before.size(), after.size());
  auto start = static_cast<std::size_t>(std::ranges::mismatch(before.substr(0, most), after.substr(0, most)).in1 - before.begin());
  while (start > 0 && start < after.size() && (static_cast<unsigned char>(after[start]) & 0xc0) == 0x80) --start;  // not within a character
  std::size_t same = 0;
  while (same < most - start && before[before.size() - 1 - same] == after[after.size() - 1 - same]) ++same;
  while (same > 0 && (static_cast<unsigned char>(after[after.size() - same]) & 0xc0) == 0x80) --same;
  const auto old_end = before.size() - same, new_end = after.size() - same;
  return {.start_byte = static_cast<std::uint32_t>(start),
          .old_end_byte = static_cast<std::uint32_t>(old_end),
          .new_end_byte = static_cast<std::uint32_t>(new_end),
          .start_point = point_at(before, start),
          .old_end_point = point_at(before, old_end),
          .new_end_point = point_at(after, new_end)};
}

}  // namespace

TreeHandle KeptParses::newest(Language language, std::string_view text, std::size_t& bytes) {
  if (text.size() < from_) return nullptr;
  const std::lock_guard lock(mutex_);
  if (kept_.empty()) return nullptr;
  const auto hash = content_hash(text);
  const auto found =
      std::ranges::find_if(kept_, [&](const Kept& one) { return one.language == language && one.hash == hash && one.text == text; });
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  bytes = found->bytes;
  return TreeHandle(ts_tree_copy(found->tree.get()));
}

void KeptParses::keep(Language language, std::string_view text, const TSTree* tree, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  kept_.push_front({.language = language,
                    .hash = content_hash(text),
                    .text = std::string(text),
                    .tree = TreeHandle(ts_tree_copy(tree)),
                    .bytes = bytes});
  std::size_t all = 0;
  std::erase_if(kept_, [&](const Kept& one) { return (all += one.bytes) > most_bytes_; });
}

TreeHandle KeptParses::find(Language language, std::string_view text) {
  std::size_t bytes = 0;
  return newest(language, text, bytes);
}

Result<TreeHandle> KeptParses::parse(Language language, std::string_view before, std::string_view text) {
  if (auto known = find(language, text)) return known;
  Parser parser(language);
  TreeHandle tree;
  std::size_t bytes = 0;
  if (const auto old = newest(language, before, bytes); old != nullptr && text.size() >= from_) {
    const auto edit = edit_between(before, text);
    ts_tree_edit(old.get(), &edit);
    ARGOSY_TRY(tree, parser.parse(text, old.get()));
    if (ts_node_has_error(ts_tree_root_node(tree.get()))) {
      tree.reset();
    } else {
      bytes = bytes - before.size() + text.size() + parser.held_bytes();  // at most: some of the old tree may be gone from it
      const std::lock_guard lock(mutex_);
      ++continued_;
    }
  }
  if (tree == nullptr) {
    ARGOSY_TRY(tree, parser.parse(text));
    bytes = parser.held_bytes() + text.size();
  }
  // One that goes on from another shares most of its tree, and counts whole all the same: it may outlive the other.
  if (text.size() >= from_) keep(language, text, tree.get(), bytes);
  return tree;
}

std::size_t KeptParses::continued() const {
  const std::lock_guard lock(mutex_);
  return continued_;
}

KeptParses& kept_parses() {
  static auto& kept = *new KeptParses;  // threads may still use it while the process ends
  return kept;
}

}  // namespace argosy::code
