#include "common/code/syntax/parse_memory.h"

#include <malloc.h>
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

thread_local ParseBudget* budget = nullptr;

void count(std::ptrdiff_t bytes) {
  if (budget != nullptr) budget->count(bytes);
}

std::ptrdiff_t size_of(void* piece) { return budget == nullptr ? 0 : static_cast<std::ptrdiff_t>(::malloc_usable_size(piece)); }

void* counted(void* piece) {
  if (piece != nullptr) count(size_of(piece));
  return piece;
}

// Pieces of the arena are never given back: all that was taken counts.
void* arena_piece(std::size_t size) {
  count(static_cast<std::ptrdiff_t>(size + kHead));
  return arena.take(size);
}

void* take(std::size_t size) { return arena.active ? arena_piece(size) : counted(std::malloc(size)); }

void* take_cleared(std::size_t number, std::size_t size) {
  if (!arena.active) return counted(std::calloc(number, size));
  void* const piece = arena_piece(number * size);
  std::memset(piece, 0, number * size);
  return piece;
}

void give_back(void* piece) {
  if (piece == nullptr || (arena.active && arena.owns(piece))) return;
  count(-size_of(piece));
  std::free(piece);
}

void* resize(void* piece, std::size_t size) {
  if (!arena.active || (piece != nullptr && !arena.owns(piece))) {
    if (piece != nullptr) count(-size_of(piece));
    return counted(std::realloc(piece, size));
  }
  if (piece == nullptr) return arena_piece(size);
  std::size_t old = 0;
  std::memcpy(&old, static_cast<char*>(piece) - kHead, sizeof(old));
  if (size <= old) return piece;
  return std::memcpy(arena_piece(size), piece, old);
}

// Before main, and so before any thread parses.
const bool installed = (ts_set_allocator(take, take_cleared, resize, give_back), true);

}  // namespace

ParseMemory::ParseMemory() { arena.active = installed; }

ParseMemory::~ParseMemory() { arena.clear(); }

ParseBudget::ParseBudget(std::size_t most_bytes) : bound_(static_cast<std::ptrdiff_t>(most_bytes)) { budget = this; }

ParseBudget::~ParseBudget() { budget = nullptr; }

}  // namespace argosy::code
