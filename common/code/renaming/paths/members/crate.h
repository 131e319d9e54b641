// What a Rust workspace says of its types: fields, methods with the trait that they are of, traits' own. Read when first asked for. One
// thread; the project must outlive it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/renaming/paths/items.h"
#include "common/code/renaming/paths/modules.h"

namespace argosy::code::impls {

using paths::Thing, paths::Things;

// Text that questions of one rename may go through; past it nothing more is known.
inline constexpr std::size_t kMaxBytesScanned = 1u << 30;

struct At {
  const Model* model = nullptr;
  Node node{};
};

class Crate {
 public:
  explicit Crate(const Project& project) : project_(project), modules_(project) {}

  const Project& project() const { return project_; }
  // What the path means there, with the `use` of blocks around.
  Things find(const Model& model, Node at, const std::vector<std::string>& path);
  // The item that declares it: several where conditions of the build choose one.
  std::vector<At> items(const Thing& thing);
  // Types and traits of that name outside of functions.
  std::vector<std::pair<Thing, At>> types(const std::string& name);
  Thing thing_of(const Model& model, Node item) const;
  // Files with both words in them. Null: too much was asked.
  const std::vector<const Model*>* mentioning(const std::string& word, const std::string& other);

 private:
  // What a block of a function names of its own: types, and what `use` takes.
  struct Block {
    bool all = false;  // use a::*
    std::set<std::string> types;
    std::map<std::string, std::vector<std::string>> taken;
  };
  const Block& said_in(const Model& model, Node block);

  const Project& project_;
  paths::Modules modules_;
  std::map<std::pair<std::string, std::string>, std::vector<const Model*>> mentioning_;
  std::map<Thing, std::vector<At>> items_;
  std::map<std::pair<const Model*, NodeId>, Block> blocks_;
  std::size_t scanned_ = 0;
};

bool is_type(Node node);
bool is_function(Node node);
// The impl or trait in whose body the function stands, or null.
Node owner_of(Node function);
// The text of the trait of `impl Trait for Type`, or null.
Node trait_of(Node implementation);

}  // namespace argosy::code::impls
