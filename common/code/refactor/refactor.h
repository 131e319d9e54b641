// Refactorings without a model, beside rename_symbol: each decides every place or refuses with a list of them, leaves all else of a file
// byte for byte, and gives out only what still parses. Python, JavaScript, TypeScript/TSX and Java; codemod Go too. Pure but for the
// tree's reads; any thread. Errors (B), details = JSON {"places":[...]}; of all: nothing_to_change, syntax_broken, encoding_unfit,
// language_unsupported, source_too_large, source_too_deep, source_unreadable, project_too_large.
#pragma once

#include "common/code/source_tree.h"
#include "common/core/error.h"
#include "common/tasks/operations/refactorings.h"

namespace argosy::code {

// One import into one file, in the place and style of those that are there. Errors: file_not_found, import_invalid (the language has no
// such import), import_style_unknown (a script that may be a module of either kind), name_taken (the name means something else there).
// An import that is there already is nothing_to_change.
Result<Edit> add_import(const SourceTree& tree, const tasks::AddImport& request);

// Only what is proven unused goes. Kept: effects alone, wildcards, Java's static ones, what stands in `if` and `try`, what a file hands on
// (an __init__.py, one of nothing but imports, `import x as x`, a public module out of a private one), names in strings and type comments,
// fixtures, React beside JSX, and lines with `# noqa` or its like.
Result<Edit> remove_unused_imports(const SourceTree& tree, const tasks::RemoveUnusedImports& request);

// Calls that have the pattern's structure. With a module, the pattern's first name must come from it, under whatever name it has there.
// Errors: pattern_invalid, replacement_invalid, receiver_unresolved, arguments_unclear (a spread where single arguments are asked for),
// comment_lost, and those of add_import for imports that come with it.
Result<Edit> replace_call(const SourceTree& tree, const tasks::ReplaceCall& request);

// Nodes that a query captures as @replace. Errors: query_invalid, template_invalid, query_too_costly, match_overlap.
Result<Edit> codemod(const SourceTree& tree, const tasks::Codemod& request);

}  // namespace argosy::code
