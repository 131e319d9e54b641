// A list's parameters: whole numbers within bounds, opaque cursors, and a complaint about any that nobody knows. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/json.h"
#include "common/http/message.h"
#include "workers/ingest/edge/problems.h"

namespace argosy::ingest {

inline constexpr std::int64_t kDefaultPage = 50;
inline constexpr std::int64_t kMaxPage = 200;  // items of one answer, but events
inline constexpr std::size_t kMaxCursor = 512;

// Reads parameters one after the other; the first mistake is kept.
class QueryReader {
 public:
  explicit QueryReader(const http::Request& request) : request_(request) {}

  std::optional<std::string> text(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);
  std::int64_t limit();
  // What open_cursor finds in `cursor`; empty when there is none.
  std::string cursor(std::string_view list);

  void fail(std::string type, std::string detail);
  void fail_cursor();  // for one whose position cannot be read
  // After the last: complains about parameters that were not asked for.
  const std::optional<Refusal>& refusal();

 private:
  const http::Request& request_;
  std::set<std::string, std::less<>> asked_;
  std::optional<Refusal> refusal_;
};

// A position in a list, as clients see it. `list` keeps cursors of different lists apart.
std::string make_cursor(std::string_view list, std::string_view position);
std::optional<std::string> open_cursor(std::string_view list, std::string_view cursor);

// Of a list that was asked for one item more than the page holds: takes that one away, and gives the cursor behind the page; null when
// there was none. `position` tells an item's.
template <class Item, class Position>
json::Value end_page(std::vector<Item>& found, std::int64_t limit, std::string_view list, Position position) {
  if (std::ssize(found) <= limit) return {};
  found.erase(found.begin() + limit, found.end());
  return make_cursor(list, position(found.back()));
}

}  // namespace argosy::ingest
