// `argosy tool` about the sources of a folder: what the engine sees in them. As ../commands.h.
#pragma once

#include <array>
#include <string_view>

#include "workers/cli/command.h"

namespace argosy::cli {

int show_imports(const Arguments& arguments);
int show_repo_map(const Arguments& arguments);
int show_traits(const Arguments& arguments);

inline constexpr std::array kImportsOptions{
    Option{"--json", "", "as one JSON instead of lines"},
};
inline constexpr std::string_view kImportsDetails =
    "Python, JavaScript, TypeScript, Go, Java, C, C++ and Rust, with what gives their imports a meaning: packages, package.json, "
    "tsconfig.json,\n"
    "go.mod, Cargo.toml. node_modules, vendor and the like are not looked into. With --json prints\n"
    "  {files, edges: [{from, to, line, module}], externals: [{name, files}], unresolved: [{from, line, module}]}\n"
    "external is what belongs to somebody else; unresolved is what should be in the folder and is not.\n"
    "Exits with 0, and with 2 when DIR cannot be read";
inline constexpr Command kImportsCommand{"imports",       "DIR",           1,           1, "which file of a folder imports which",
                                         kImportsDetails, kImportsOptions, show_imports};

inline constexpr std::int64_t kUsualMapTokens = 1024, kMostMapTokens = 1'000'000;
inline constexpr std::array kRepoMapOptions{
    Option{"--root", "DIR", "the folder"},
    Option{"--tokens", "N", "how long it may be, in tokens of three bytes each (default: 1024)"},
    Option{"--mention", "NAME", "a name that matters now", true},
    Option{"--file", "PATH", "a file that is worked on: what it uses is shown, the file itself is not", true},
    Option{"--json", "", "as one JSON instead of text"},
};
inline constexpr std::string_view kRepoMapDetails =
    "Definitions ranked by who uses whose names (PageRank), under the files that they stand in, as many as fit. With --json prints\n"
    "  {budget, tokens, files: [...], text}\n"
    "files are those that are shown, the most important first. Exits with 0, and with 2 when called wrongly";
inline constexpr Command kRepoMapCommand{
    "repo-map", "", 0, 0, "the definitions of a folder that matter most", kRepoMapDetails, kRepoMapOptions, show_repo_map};

inline constexpr std::array kTraitsOptions{
    Option{"--json", "", "the default"},
};
inline constexpr std::string_view kTraitsDetails =
    "Counted from definitions, imports and manifests. Prints\n"
    "  {frameworks: [{name, kind, evidence}], tests: [{language, pattern, files, folders, beside_sources}],\n"
    "   naming: [{language, of, style, count, share}], entry_points, layers: [{name, folders, files}],\n"
    "   largest: [{folder, files, definitions}], central: [{path, importers}]}\n"
    "Exits with 0, and with 2 when DIR cannot be read";
inline constexpr Command kTraitsCommand{"traits",       "DIR",          1,          1, "frameworks, tests, names and layout of a folder",
                                        kTraitsDetails, kTraitsOptions, show_traits};

}  // namespace argosy::cli
