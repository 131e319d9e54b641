// Tags as an index keeps them: names once, references counted. One a thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "common/code/index/names.h"
#include "common/code/tags/raw_tags.h"

namespace argosy::code {

class Packer {
 public:
  explicit Packer(std::shared_ptr<Names> names) : names_(std::move(names)), slots_(1u << 10, kFree) {}
  std::shared_ptr<const FileTags> pack(Language language, RawTags& raw);

 private:
  static constexpr std::uint32_t kFree = 0xffffffff;
  static constexpr std::size_t kMaxKept = 1u << 14;  // slots, for a file that needs fewer

  void count(const RawTags& raw, std::vector<Reference>& out);
  std::uint32_t& slot_of(std::string_view name);
  void grow();

  std::shared_ptr<Names> names_;
  // Of the file in hand: the references so far, and where to find them by name.
  std::vector<Reference> references_;
  std::vector<std::uint32_t> hashes_, slots_;
  std::uint32_t hash_ = 0;  // of the name that was looked up last
};

}  // namespace argosy::code
