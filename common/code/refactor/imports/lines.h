// The imports at the root of a file, as lines with an order, and where another one belongs. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/code/binding/project.h"

namespace argosy::code {

// What decides where an import stands: first its category (standard library, packages, own code, relative, ...), then its form (`import`
// before `from`), then its key.
struct ImportOrder {
  int category = 0, form = 0;
  std::string key;
};

struct RootImport {
  Node statement;
  ImportOrder order;
  std::size_t start = 0, end = 0;  // whole lines with their line end, and the comments right above
};

// In the order of the file; of Python those before the first definition. `common_js`: also what require() loads.
std::vector<RootImport> root_imports(const Project& project, const Rules& rules, const Model& model, bool common_js);
ImportOrder order_of(const Project& project, const Rules& rules, const Model& model, std::string_view module, bool from);

// Where a new line goes, and how many empty lines must stand around it there.
struct ImportSlot {
  std::size_t at = 0;
  int empty_before = 0, empty_after = 0;
};
ImportSlot slot_for(const Model& model, const std::vector<RootImport>& lines, const ImportOrder& order);

}  // namespace argosy::code
