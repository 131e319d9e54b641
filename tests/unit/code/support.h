// Sources in memory with the answer written into them, for the tests of common/code.
//   «name»           this must be renamed
//   «name|text»      this must become `text`
//   ‹name›           this must be named in the refusal
// A path "folder/old>new" says that the file must move to folder/new.
#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "common/code/rename.h"
#include "tests/support/memory_tree.h"

namespace argosy::code {

using Files = std::map<std::string, std::string>;

class MapTree final : public test::MemoryTree {
 public:
  using MemoryTree::MemoryTree;
  // The tree after an edit.
  Files with(const Edit& edit) const;
};

struct RenameCase {
  std::string promise;  // CamelCase: the test's name
  tasks::RenameSymbol request;
  Files marked;
  std::string refusal{};  // the code, or empty: it succeeds
};
void PrintTo(const RenameCase& c, std::ostream* out);

Files before(const Files& marked);
Files after(const Files& marked, const std::string& to);
std::vector<std::string> refused_places(const Files& marked);  // "path:line:column", sorted

// The promises, one list a language: success and refusal.
std::vector<RenameCase> python_cases();
std::vector<RenameCase> ecmascript_cases();
std::vector<RenameCase> go_cases();
std::vector<RenameCase> java_cases();
std::vector<RenameCase> c_cases();
std::vector<RenameCase> cpp_cases();
std::vector<RenameCase> rust_cases();
std::vector<RenameCase> local_cases();
std::vector<RenameCase> member_cases();
std::vector<RenameCase> java_member_cases();
std::vector<RenameCase> go_member_cases();
std::vector<RenameCase> linked_member_cases();  // C and C++
std::vector<RenameCase> rust_member_cases();

tasks::RenameSymbol renaming(std::string language, std::string from, std::string to);

}  // namespace argosy::code
