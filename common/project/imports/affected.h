// Which test files import what changed, directly or through others: they are run first. Used by the testing worker. Simple scanners see
//   Python      import, from … import (relative ones too, anywhere in a file), importlib.import_module("literal"), conftest.py for all
//   below JavaScript  import … from, export … from, import(…), require(…), and jest's and vitest's mock(…) with a literal: relative paths,
//   TypeScript  names of the repository's own packages, "paths" of tsconfig.json, and "@/…" as src/…
//   Go          imports between the packages of the repository's modules; a package is one node, a test file another
//   Java        imports of classes, static members and whole packages, and classes of the same package by their names
//   Kotlin
// and no others: what is loaded by a name that is computed, by a plug-in's entry point or by a framework's convention is not seen.
// Pure but for the tree's reads; any thread.
#pragma once

#include <string>
#include <vector>

#include "common/project/tree.h"

namespace argosy::project {

inline constexpr std::size_t kMaxGraphFiles = 30'000;  // sources looked into; those beyond are not seen

// The nearest first (tests that changed themselves, then those that import a changed file, ...), equal ones by name. Paths from the root;
// a changed file that is gone counts for those that still import it.
std::vector<std::string> affected_tests(const Tree& tree, const std::vector<std::string>& changed_files);

// Whether a tool of its language would take the file for tests, by its name.
bool is_test_file(const std::string& file);

}  // namespace argosy::project
