// What the files of a Python project say, read once and used by the parts of its detection. Used by python*.cc only. Pure but for the
// tree's reads; any thread.
#pragma once

#include <string>
#include <vector>

#include "common/project/languages/language.h"
#include "common/project/text_tools.h"

namespace argosy::project::python {

struct Files {
  explicit Files(const Tree& tree);
  const Tree& tree;
  std::string setup_py, tox_text, pre_commit;
  Sections pyproject, setup_cfg, tox;
  std::vector<std::string> requirements;  // files, what the project needs first, then what its tests need
  std::string required;                   // their text, joined
  // Whether any list of dependencies, of development too, names the package.
  bool depends_on(std::string_view package) const;
};

bool is_test_file(const std::string& file);

// Which tool installs, and how the tests find what it installed.
void add_set_up(Component& component, const Files& files);
// Lint, format, coverage and time limits, as far as the project speaks of their tools.
void add_checks(Component& component, const Files& files);
// Tools that set-up adds although no list of the project names them; none of them is worth failing for.
std::vector<std::string> extra_tools(const Component& component, const Files& files);

}  // namespace argosy::project::python
