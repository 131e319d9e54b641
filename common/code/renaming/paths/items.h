// Items of Rust's modules: where they are declared, and which one a rename means. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/code/renaming/paths/modules.h"
#include "common/tasks/change.h"

namespace argosy::code::paths {

struct Item {
  Module module;
  std::string name;
  bool type = false, value = false, macro = false;  // the worlds of names that it is in
  bool constant = false;                            // what a pattern compares with
  // Whether an item of that node's kind is the same thing: a module may have a type and a function of one name.
  bool has(Node declaration) const;
};

// Whether the token is the name that an item declares.
bool is_declaration(Node token);

// The whole path that ends in the token, through the lists of a `use` too.
std::vector<std::string> path_to(Node token);

// Whether more of a path follows the token.
bool leads_on(Node token);

// Errors (B), with places: symbol_not_found (also of methods), symbol_ambiguous, receiver_unresolved (its name is known outside of Rust).
Result<Item> find_item(const Project& project, const tasks::RenameSymbol& request);

// name_taken: the item's module has something of the new name.
Result<void> check_new_name(const Project& project, const Item& item, const std::string& name);

}  // namespace argosy::code::paths
