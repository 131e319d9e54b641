// Something that users of a repository see, and that is otherwise than before: an operation of its API, an exported name. A value, any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace argosy::planning {

enum class ChangeKind : std::uint8_t { added, removed, changed };
std::string_view to_string(ChangeKind kind);

struct Change {
  ChangeKind kind = ChangeKind::changed;
  std::string what;                  // "function total", "GET /orders/{id}"
  std::string path{};                // of the file
  std::string before{}, after{};     // signatures, where there are any
  std::vector<std::string> names{};  // by which a document would mention it
};

}  // namespace argosy::planning
