#include "common/code/syntax/parse_memory.h"

#include <tree_sitter/api.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

namespace argosy::code {
namespace {

constexpr std::size_t kBlock = 1u << 20;
constexpr std::size_t kHead = 16;  // the size of a piece, and its alignment

struct Block {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;
};

struct Arena {
  std::vector<Block> blocks;
  std::size_t block = 0, used = 0;
  bool active = false;

  void* take(std::size_t size) {
    const std::size_t need = kHead + ((size + kHead - 1) & ~(kHead - 1));
    while (block < blocks.size() && used + need > blocks[block].size) {
      ++block;
      used = 0;
    }
    if (block == blocks.size()) {
      const std::size_t made = std::max(kBlock, need);
      blocks.push_back({std::make_unique_for_overwrite<char[]>(made), made});
    }
    char* const piece = blocks[block].bytes.get() + used + kHead;
    used += need;
    std::memcpy(piece - kHead, &size, sizeof(size));
    return piece;
  }
  bool owns(const void* piece) const {
    return std::ranges::any_of(blocks, [&](const Block& one) { return piece >= one.bytes.get() && piece < one.bytes.get() + one.size; });
  }
  void clear() {
    std::size_t kept = 0;
    std::erase_if(blocks, [&](const Block& one) { return (kept += one.size) > ParseMemory::kKept; });
    block = used = 0;
    active = false;
  }
};

thread_local Arena arena;

void* take(std::size_t size) { return arena.active ? arena.take(size) : std::malloc(size); }

void* take_cleared(std::size_t count, std::size_t size) {
  if (!arena.active) return std::calloc(count, size);
  void* const piece = arena.take(count * size);
  std::memset(piece, 0, count * size);
  return piece;
}

void give_back(void* piece) {
  if (!arena.active || !arena.owns(piece)) std::free(piece);
}

void* resize(void* piece, std::size_t size) {
  if (!arena.active || (piece != nullptr && !arena.owns(piece))) return std::realloc(piece, size);
  if (piece == nullptr) return arena.take(size);
  std::size_t old = 0;
  std::memcpy(&old, static_cast<char*>(piece) - kHead, sizeof(old));
  if (size <= old) return piece;
  return std::memcpy(arena.take(size), piece, old);
}

// Before main, and so before any thread parses.
const bool installed = (ts_set_allocator(take, take_cleared, resize, give_back), true);

}  // namespace

ParseMemory::ParseMemory() { arena.active = installed; }

ParseMemory::~ParseMemory() { arena.clear(); }

}  // namespace argosy::code
