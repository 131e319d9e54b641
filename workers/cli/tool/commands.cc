#include "workers/cli/tool/commands.h"

#include <array>

#include "workers/cli/tool/sources/commands.h"

namespace argosy::cli {
namespace {

constexpr std::size_t kMostFiles = 20'000;  // a report a class, in a large Java repository

constexpr std::array kParseReportOptions{
    Option{"--format", "FORMAT", "junit, tap, go-test-json, jest-json or console (default: found out)"},
};

constexpr std::string_view kParseReportDetails =
    "JUnit XML of any tool, TAP 12-14, go test -json, the JSON of jest and vitest, and what pytest, unittest, node --test, jest, vitest, "
    "mocha,\n"
    "go, Maven, Gradle, cargo and ctest print. Several files are added up; - is standard input. Prints\n"
    "  {format, tests, passed, failed, errors, skipped, duration_s, truncated,\n"
    "   cases: [{suite, name, classname, file, line, status, duration_s, message, output}]}\n"
    "status is passed, failed, error or skipped; line is 0 where the report does not tell it, output is left out where there is none.\n"
    "tests is more than there are cases where the input only counts. truncated: the input ended early, was broken, or passed a bound.\n"
    "Exits with 0 when all was read, failed tests or not, and with 2 when a file was not";

constexpr std::array kParseCoverageOptions{
    Option{"--root", "DIR", "the tree: paths become relative to it, and those that name packages are looked up in it"},
};

constexpr std::string_view kParseCoverageDetails =
    "Cobertura and JaCoCo XML, LCOV, Go's cover profiles, and the JSON of coverage.py and istanbul. The hits of several files are added "
    "up;\n"
    "- is standard input. Prints\n"
    "  {format, lines, covered, line_rate, branches, branches_covered, truncated,\n"
    "   files: [{path, lines, covered, line_rate, branches, branches_covered, hits: {\"12\": 3, ...}}]}\n"
    "lines are those that could run, covered those that did; line_rate is a fraction, 1 where there are none. JaCoCo does not count runs:\n"
    "its lines have 0 or 1. Exits with 0 when all was read and with 2 when a file was not";

constexpr std::array kParseLintOptions{
    Option{"--root", "DIR", "the tree: paths below it become relative to it"},
    Option{"--base", "FILE", "findings of the base: only those that it does not have are printed", true},
    Option{"--base-root", "DIR", "the tree of --base (default: --root)"},
};

constexpr std::string_view kParseLintDetails =
    "SARIF 2.1.0, the JSON of ruff, flake8 (flake8-json), pylint, eslint, golangci-lint and go vet, Checkstyle's XML, and lines\n"
    "\"file:line:column: text\" of these and of compilers. Several files are added up; - is standard input. Prints\n"
    "  {format, total, errors, warnings, infos, truncated, findings: [{tool, rule, severity, file, line, column, message}]}\n"
    "severity is error, warning or info; line and column are 0 where they are not known. With --base a finding is new when the base has\n"
    "fewer of the same file, rule and message, whatever their lines and the numbers in them.\n"
    "Exits with 0 when all was read, findings or not, and with 2 when a file was not";

constexpr std::array kParseStreamOptions{
    Option{"--api", "API", "openai-chat, openai-responses, anthropic or ollama"},
};

constexpr std::string_view kParseStreamDetails =
    "Reads what a model's server sent as the body of its response from standard input: SSE, NDJSON or plain JSON, whole or broken. Prints\n"
    "  {text, thinking, tool_calls: [{id, name, arguments}], stop_reason, usage: {input, output, cached, reasoning}, complete, error}\n"
    "stop_reason is end_turn, tool_use, max_tokens, stop_sequence, refusal, content_filter or error. usage.input counts all of the "
    "prompt;\n"
    "figures that the server does not give are null. arguments is an object, or a string where they are none: error says why. complete is\n"
    "false without the server's end mark. Calls that the model wrote into its text are found where no others came.\n"
    "Exits with 0 whatever the stream says, and with 2 when called wrongly";

constexpr std::array kDetectOptions{
    Option{"--changed", "FILE", "a changed file, from DIR: of several components theirs is chosen", true},
    Option{"--json", "", "the default"},
};

constexpr std::string_view kDetectDetails =
    "Looks at file names and the files that configure tools; runs nothing. Prints\n"
    "  {folder, language, framework, package_manager, runtime_version_wanted, test_command, setup_commands, set_up, test, coverage,\n"
    "   lint, format, bench, evidence: [{file, says}], needs, missing, notes, components: [...], hints: [{file, kind, name, value}]}\n"
    "What stands at the top is the component whose tests would run, with what .argosy.yaml puts in its place; components lists all that\n"
    "were found. language is null where nothing was recognized; missing names programs that this machine lacks. Links are not followed,\n"
    "and what is beyond 200,000 files is not looked at (truncated).\n"
    "Exits with 2 when DIR is no folder or its .argosy.yaml is wrong";

constexpr std::array kApplyEditsOptions{
    Option{"--root", "DIR", "the folder whose files are edited"},
    Option{"--format", "FORMAT", "auto, search-replace, str-replace, udiff, apply-patch or whole (default: auto)"},
};

constexpr std::string_view kApplyEditsDetails =
    "Reads a model's answer from standard input and writes all of its edits or nothing. str-replace is one JSON object or a list of\n"
    "{path, old_string, new_string}. Prints\n"
    "  {format, applied: [{path, line, rung}], failed: [{path, reason, hint, edit, lines: [{line, text}]}], files_changed: [...]}\n"
    "and, when something failed, would_apply: the edits that fit. Each must stand at exactly one place of the file that it names; rung "
    "says\n"
    "what did not count: exact, trailing_space, indentation, tabs, punctuation, blank_lines, combined, elision; or whole, create, delete,\n"
    "move, append. Nothing outside of DIR, in .git or through a symbolic link is written, and no file that parsed stops to.\n"
    "Exits with 0 when all was applied, 1 when nothing was written, and 2 when called wrongly";

constexpr std::array kRenameOptions{
    Option{"--root", "DIR", "the folder whose files are changed"},
    Option{"--language", "L", "python, javascript, typescript, tsx, go, java, c, cpp or rust"},
    Option{"--from", "A", "the symbol's name"},
    Option{"--to", "B", "its new name"},
    Option{"--kind", "K", "function, class or constant (default: any of them); or variable, method, attribute"},
    Option{"--in", "NAME",
           "of a variable or parameter the function, of a method or attribute (field) the class, type or trait: f, Class.f"},
    Option{"--path", "GLOB", "where its definition lies, if the name is defined twice", true},
    Option{"--force", "WHAT", "strings, comments or attributes: change these, too, where nothing proves that they mean it", true},
    Option{"--dry-run", "", "write nothing"},
    Option{"--json", "", "print one JSON"},
};

constexpr std::string_view kRenameDetails =
    "Renames a symbol and all that is known to mean it, or nothing. Prints the files that change; a refusal prints the places that cannot\n"
    "be decided as path:line:column: text, and its reason on standard error. With --json\n"
    "  {files_changed: [...], files_moved: [{from, to}], dry_run}  or  {files_changed: [], refused: {code, message, hint, places}}\n"
    "Exits with 0 when it was done, 1 when it was refused, and 2 when called wrongly";
constexpr std::array kRefactorOptions{
    Option{"--root", "DIR", "the folder whose files are changed"},
    Option{"--dry-run", "", "say what would change and write nothing"},
};

constexpr std::string_view kRefactorDetails =
    "Reads one change operation or a list of them as JSON from standard input, as POST /api/v1/tasks takes them under \"change\":\n"
    "  {\"op\": \"rename_symbol\", \"language\": \"python\", \"from\": \"a\", \"to\": \"b\"}\n"
    "  {\"op\": \"add_import\", \"path\": \"a.py\", \"module\": \"os\", \"name\": \"path\"}\n"
    "  {\"op\": \"remove_unused_imports\", \"paths\": [\"src/**\"]}\n"
    "  {\"op\": \"replace_call\", \"language\": \"python\", \"pattern\": \"log.warn($MSG, $$$REST)\", \"module\": \"log\",\n"
    "   \"replacement\": \"log.warning($MSG, $$$REST)\"}\n"
    "  {\"op\": \"codemod\", \"language\": \"python\", \"query\": \"((identifier) @replace (#eq? @replace \\\"a\\\"))\", \"template\": "
    "\"b\"}\n"
    "Each sees what those before it did; all are written or none. Prints\n"
    "  {changed: [...], refused: null or {code, message, hint, places: [{path, line, column, text}]}}\n"
    "Exits with 0 when all was done, 1 when nothing was written, and 2 when called wrongly";
constexpr std::array kTagsOptions{
    Option{"--json", "", "as JSON, with references and imports"},
};

constexpr std::string_view kTagsDetails =
    "Reads Python, JavaScript, TypeScript, TSX, Go, Java, C, C++ and Rust, by the file's name; a header \".h\" as C or C++, whichever "
    "fits.\n"
    "Prints one definition a line, or with --json\n"
    "  {language, package, broken, definitions: [{name, kind, scope, line, end_line, signature, exported}],\n"
    "   references: [{name, line, call}], imports: [{module, names, line}]}\n"
    "broken: parts follow no grammar, and what could be read is printed. names is empty where a module is imported itself, * for all of "
    "it.\n"
    "Exits with 0 when the file was read and with 2 when it was not";
constexpr std::string_view kStuckDetails =
    "Judges the end of a recorded history: a JSON list, oldest first, of\n"
    "  {\"action\": {\"tool\", \"arguments\"}, \"observation\": {\"output\", \"exit_code\", \"error\"}}   either half may stand alone\n"
    "  {\"message\": {\"role\": \"assistant|user|system\", \"text\"}}   a trimmed context is a system message\n"
    "- is standard input. Prints {stuck, kind}: kind is same_result (4 times), same_error (3 times), alternating (two calls in turn, 6 "
    "calls),\n"
    "monologue, no_progress (30 calls without a change of a file, or 9 that were all made before), repeated_text, context_errors, or "
    "null.\n"
    "Process numbers, times, durations and addresses do not count as differences.\n"
    "Exits with 0 when it was judged, stuck or not, and with 2 when it cannot be read";

constexpr std::array kTools{
    Command{"apply-edits", "", 0, 0, "apply the edits of a model's answer to a folder, all or none", kApplyEditsDetails, kApplyEditsOptions,
            apply_edits},
    Command{"detect", "DIR", 1, 1, "how a repository is set up, tested, linted and formatted, and why", kDetectDetails, kDetectOptions,
            detect_project},
    Command{"parse-report", "FILE...", 1, kMostFiles, "read test reports and print their cases as one JSON", kParseReportDetails,
            kParseReportOptions, parse_report},
    Command{"parse-coverage", "FILE...", 1, kMostFiles, "read coverage reports and print the lines that ran as one JSON",
            kParseCoverageDetails, kParseCoverageOptions, parse_coverage},
    Command{"parse-lint", "FILE...", 1, kMostFiles, "read findings of linters and compilers and print them as one JSON", kParseLintDetails,
            kParseLintOptions, parse_lint},
    Command{"stuck", "FILE", 1, 1, "whether an agent goes in circles, from a recorded history", kStuckDetails, {}, judge_stuck},
    Command{"parse-stream", "", 0, 0, "read a model's answer as its server sent it and print it as one JSON", kParseStreamDetails,
            kParseStreamOptions, parse_stream},
    Command{"rename", "", 0, 0, "rename a symbol in all files of a folder, or say why not", kRenameDetails, kRenameOptions, rename_tool},
    Command{"refactor", "", 0, 0, "do change operations in a folder: renames, imports, calls, codemods", kRefactorDetails, kRefactorOptions,
            refactor},
    kImportsCommand,
    kRepoMapCommand,
    kTraitsCommand,
    Command{"tags", "FILE", 1, 1, "what a source file defines, uses and imports", kTagsDetails, kTagsOptions, tags},
};

}  // namespace

std::span<const Command> tools() { return kTools; }

}  // namespace argosy::cli
