// Tools that change the shape of code by what names mean, and need no model for it: the change operations of common/code, on the agent's
// workspace and held to the same policy as any edit.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/agent/tools/tool.h"
#include "common/code/edits/merge.h"
#include "common/code/operations.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::size_t kMaxFilesTold = 60;
constexpr std::size_t kMaxPlaceText = 200;  // bytes of a line that a refusal shows

std::vector<std::string> lines_of(const std::optional<std::string>& bytes) {
  std::vector<std::string> lines;
  for (const auto line : text::lines(bytes.value_or(""))) lines.emplace_back(line);
  return lines;
}

// What could not be decided is for the agent to look at.
ToolOutcome refused(const Error& error) {
  auto outcome = failed(error);
  const auto details = json::parse(error.details);
  if (!details) return outcome;
  for (const auto& place : details->array_or_empty("places"))
    outcome.text += fmt::format("\n{}:{}: {}", place.string_or("path", ""), place.int_or("line", 0),
                                text::ellipsize(text::trim(place.string_or("text", "")), kMaxPlaceText));
  return outcome;
}

std::string told(const tasks::Operation& operation, const Workspace& before, const code::Edit& edit) {
  auto text = fmt::format("{}: {} files\n", tasks::summary(operation), edit.files.size());
  std::size_t shown = 0;
  for (const auto& [path, bytes] : edit.files) {
    if (++shown > kMaxFilesTold) return text + fmt::format("and {} more\n", edit.files.size() - kMaxFilesTold);
    if (const auto from = edit.renamed_from.find(path); from != edit.renamed_from.end()) {
      text += fmt::format("{} (was {})\n", path, from->second);
      continue;
    }
    const auto was = before.read(path);
    const auto old_lines = lines_of(was ? *was : std::nullopt), new_lines = lines_of(bytes);
    const auto added = std::ranges::count(code::common_lines(old_lines, new_lines), code::kNoLine);
    const auto removed = static_cast<std::ptrdiff_t>(old_lines.size()) - (static_cast<std::ptrdiff_t>(new_lines.size()) - added);
    text += fmt::format("{} (+{} -{})\n", path, added, removed);
  }
  return text;
}

ToolOutcome refactor(std::string_view name, const json::Object& arguments, const Bench& bench) {
  json::Object asked{{"op", name}};
  for (const auto& [key, value] : arguments) asked.append(key, value);
  const auto operations = tasks::parse_change(json::Array{std::move(asked)});
  if (!operations)
    return failed(operations.error().error.code, fmt::format("{}: {}", operations.error().pointer, operations.error().error.message));
  const auto edit = code::apply(bench.workspace, operations->front());
  if (!edit) return refused(edit.error());
  auto words = told(operations->front(), bench.workspace, *edit);
  if (auto not_allowed = stage_checked(bench, *edit)) return *std::move(not_allowed);
  return {.text = std::move(words), .changed_files = !edit->files.empty()};
}

// One function a tool: what works has no other way to know its name.
template <std::size_t N>
struct Name {
  char text[N];
  constexpr Name(const char (&of)[N]) { std::copy_n(of, N, text); }
};
template <Name kName>
ToolOutcome run(const json::Object& arguments, const Bench& bench) {
  return refactor(kName.text, arguments, bench);
}

constexpr auto kTools = std::to_array<ToolSpec>({
    {"rename_symbol", Effect::edit,
     "Renames a function, class, constant, variable, method or attribute everywhere, by what names mean; refuses, with the places, what it "
     "cannot decide. `in`: the function of a variable, the class of a method or attribute (a field of Java and Go). `force`: "
     "[\"strings\"], [\"comments\"] widen it.",
     R"({"type":"object","properties":{"language":{"type":"string"},"from":{"type":"string","minLength":1},"to":{"type":"string","minLength":1},"kind":{"type":"string","enum":["function","class","constant","variable","method","attribute"]},"in":{"type":"string"},"paths":{"type":"array","items":{"type":"string"}},"force":{"type":"array","items":{"type":"string"}}},"required":["language","from","to"]})",
     run<"rename_symbol">},
    {"move_symbol", Effect::edit, "Moves a top-level function, class or constant from one file to another, and mends all imports of it.",
     R"({"type":"object","properties":{"language":{"type":"string"},"name":{"type":"string","minLength":1},"from":{"type":"string","minLength":1},"to":{"type":"string","minLength":1},"force":{"type":"array","items":{"type":"string"}}},"required":["language","name","from","to"]})",
     run<"move_symbol">},
    {"rename_module", Effect::edit, "Moves a source file, or a folder of them, and mends all imports of it.",
     R"({"type":"object","properties":{"language":{"type":"string"},"from":{"type":"string","minLength":1},"to":{"type":"string","minLength":1},"force":{"type":"array","items":{"type":"string"}}},"required":["language","from","to"]})",
     run<"rename_module">},
    {"add_import", Effect::edit, "Adds an import to a file, in its style and order; nothing where it is there.",
     R"({"type":"object","properties":{"path":{"type":"string","minLength":1},"module":{"type":"string","minLength":1},"name":{"type":"string"},"alias":{"type":"string"}},"required":["path","module"]})",
     run<"add_import">},
    {"remove_unused_imports", Effect::edit, "Removes the imports that nothing uses from the files that the globs match.",
     R"({"type":"object","properties":{"paths":{"type":"array","minItems":1,"items":{"type":"string"}}},"required":["paths"]})",
     run<"remove_unused_imports">},
    {"replace_call", Effect::edit,
     "Replaces calls by a pattern with holes: log.warn($X) by log.warning($X); $$$REST stands for any number of arguments. `module`: where "
     "the pattern's first name comes from.",
     R"({"type":"object","properties":{"language":{"type":"string"},"pattern":{"type":"string","minLength":1},"replacement":{"type":"string","minLength":1},"module":{"type":"string"},"add":{"type":"array","items":{"type":"object"}},"remove":{"type":"array","items":{"type":"object"}},"paths":{"type":"array","items":{"type":"string"}}},"required":["language","pattern","replacement"]})",
     run<"replace_call">},
    {"codemod", Effect::edit,
     "Replaces what a tree-sitter query captures as @replace by a template with {{capture}} in it, everywhere or in the files that the "
     "globs "
     "match.",
     R"({"type":"object","properties":{"language":{"type":"string"},"query":{"type":"string","minLength":1},"template":{"type":"string"},"paths":{"type":"array","items":{"type":"string"}}},"required":["language","query","template"]})",
     run<"codemod">},
});

}  // namespace

std::span<const ToolSpec> refactoring_tools() { return kTools; }

}  // namespace argosy::agent
