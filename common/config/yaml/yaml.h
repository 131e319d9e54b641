// YAML as a tree of our own with places, without what makes it dangerous: no aliases, no anchors, no tags, one document, bounded depth and
// size, no key twice. The only door to yaml-cpp. Used by the readers of .argosy.yaml and models.yaml. Pure, any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/core/error.h"

namespace argosy::yaml {

struct Node {
  enum class Kind { null, scalar, list, map } kind = Kind::null;
  std::string text{};     // of a scalar
  bool is_plain = false;  // a scalar without quotes: only these are numbers
  int line = 1, column = 1;
  struct Key {
    std::string text;
    int line = 1, column = 1;
  };
  std::vector<Key> keys{};    // of a map, in their order
  std::vector<Node> items{};  // of a list; of a map one for each key
};

struct Bounds {
  std::size_t bytes = 128u << 10, depth = 8, nodes = 5'000;
};

// "LINE:COLUMN: message"; whoever knows the file puts its name before it (in_file).
std::unexpected<Error> fail_at(int line, int column, std::string_view message);

// Error (B): yaml_invalid.
Result<Node> parse(std::string_view bytes, const Bounds& bounds);

// yaml_invalid under the code of that file, with its name before the place.
Error in_file(Error error, std::string_view name, std::string code, std::string hint);

}  // namespace argosy::yaml
