#include "common/tasks/operations/refactorings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "common/core/text.h"
#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

constexpr auto kCallLanguages = std::to_array<std::string_view>({"python", "javascript", "typescript", "tsx", "java"});
constexpr auto kQueryLanguages = std::to_array<std::string_view>({"python", "javascript", "typescript", "tsx", "go", "java"});
constexpr std::size_t kMaxModule = 512, kMaxName = 256, kMaxGlobs = 64, kMaxGlob = 1024, kMaxImports = 16;

bool is_word_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_name(std::string_view name) {
  const auto fits = [](char c) { return is_word_byte(c) || c == '$' || static_cast<unsigned char>(c) >= 0x80; };
  return !name.empty() && name.size() <= kMaxName && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::ranges::all_of(name, fits);
}

// What no quoting can make dangerous: it is written into sources as it is.
bool is_module(std::string_view module) {
  const auto fits = [](char c) {
    return is_word_byte(c) || static_cast<unsigned char>(c) >= 0x80 || std::string_view("./@~#:$+-").contains(c);
  };
  return !module.empty() && module.size() <= kMaxModule && text::is_utf8(module) && std::ranges::all_of(module, fits);
}

void check(const ImportSpec& spec, std::string_view in, const RefuseMember& refuse) {
  const auto key = [&](std::string_view own) { return in.empty() ? own : in; };
  if (!is_module(spec.module)) refuse(key("module"), "change_invalid", "names no module", "as an import writes it, without quotes");
  if (!spec.name.empty() && !is_name(spec.name)) refuse(key("name"), "change_invalid", "is not a name", "one identifier, or leave it out");
  if (!spec.alias.empty() && !is_name(spec.alias))
    refuse(key("alias"), "change_invalid", "is not a name", "one identifier, or leave it out");
}

std::vector<std::string> globs(JsonReader& in, const RefuseMember& refuse) {
  auto paths = in.strings("paths");
  if (paths.size() > kMaxGlobs) refuse("paths", "change_too_many", fmt::format("has more than {} items", kMaxGlobs), "");
  if (std::ranges::any_of(paths, [](const std::string& glob) { return glob.empty() || glob.size() > kMaxGlob; }))
    refuse("paths", "change_too_long", fmt::format("holds something that has not 1 to {} bytes", kMaxGlob), "");
  return paths;
}

std::string bounded(JsonReader& in, std::string_view key, bool may_be_empty, const RefuseMember& refuse) {
  std::string text = in.string(key);
  if (text.size() > kMaxPattern) refuse(key, "change_too_long", fmt::format("has more than {} bytes", kMaxPattern), "");
  if (text::trim(text).empty() && !may_be_empty) refuse(key, "change_invalid", "must not be empty", "");
  return text;
}

template <std::size_t N>
std::string language(JsonReader& in, const std::array<std::string_view, N>& known, const RefuseMember& refuse) {
  std::string word = in.string("language");
  if (std::ranges::find(known, word) == known.end())
    refuse("language", "change_invalid", "is not known", fmt::format("one of {}", fmt::join(known, ", ")));
  return word;
}

// The imports of `imports`/`list`; a mistake is told of `imports`, with its place in the words.
std::vector<ImportSpec> imports(const json::Value* whole, std::string_view list, const RefuseMember& refuse) {
  std::vector<ImportSpec> out;
  if (whole == nullptr) return out;
  for (const json::Value& item : whole->array_or_empty(list)) {
    JsonReader in(item, fmt::format("{}/{}", list, out.size()));
    ImportSpec spec{in.string("module"), in.string_or_empty("name"), in.string_or_empty("alias")};
    in.refuse_unknown();
    if (in.problem())
      refuse("imports", "change_invalid", fmt::format("has a mistake at {}: {}", in.problem()->pointer, in.problem()->message), "");
    check(spec, "imports", refuse);
    out.push_back(std::move(spec));
  }
  if (out.size() > kMaxImports)
    refuse("imports", "change_too_many", fmt::format("has more than {} items in \"{}\"", kMaxImports, list), "");
  return out;
}

json::Value list(const std::vector<std::string>& strings) { return json::Array(strings.begin(), strings.end()); }

json::Object import_json(const ImportSpec& spec) {
  json::Object out{{"module", spec.module}};
  if (!spec.name.empty()) out.append("name", spec.name);
  if (!spec.alias.empty()) out.append("alias", spec.alias);
  return out;
}

json::Array imports_json(const std::vector<ImportSpec>& specs) {
  json::Array out;
  for (const auto& spec : specs) out.emplace_back(import_json(spec));
  return out;
}

}  // namespace

std::vector<Hole> holes_of(std::string_view text) {
  std::vector<Hole> holes;
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at)) {
    std::size_t name = at;
    while (name < text.size() && text[name] == '$') ++name;
    std::size_t end = name;
    const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9'); };
    while (end < text.size() && fits(text[end])) ++end;
    const std::size_t dollars = name - at;
    // A word of a language may hold dollars; a hole is nothing but one or three of them and capitals.
    const bool whole = (at == 0 || !is_word_byte(text[at - 1])) && (end == text.size() || (!is_word_byte(text[end]) && text[end] != '$'));
    if (whole && end > name && text[name] >= 'A' && text[name] <= 'Z' && (dollars == 1 || dollars == 3))
      holes.push_back({at, std::string(text.substr(at, end - at))});
    at = std::max(end, name);
  }
  return holes;
}

json::Value to_json(const AddImport& operation) {
  json::Object out{{"op", "add_import"}, {"path", operation.path}, {"module", operation.import.module}};
  if (!operation.import.name.empty()) out.append("name", operation.import.name);
  if (!operation.import.alias.empty()) out.append("alias", operation.import.alias);
  return out;
}

json::Value to_json(const RemoveUnusedImports& operation) {
  return json::Object{{"op", "remove_unused_imports"}, {"paths", list(operation.paths)}};
}

json::Value to_json(const ReplaceCall& operation) {
  json::Object out{
      {"op", "replace_call"}, {"language", operation.language}, {"pattern", operation.pattern}, {"replacement", operation.replacement}};
  if (!operation.module.empty()) out.append("module", operation.module);
  json::Object imports;
  if (!operation.add.empty()) imports.append("add", imports_json(operation.add));
  if (!operation.remove.empty()) imports.append("remove", imports_json(operation.remove));
  if (!operation.add.empty() || !operation.remove.empty()) out.append("imports", std::move(imports));
  if (!operation.paths.empty()) out.append("paths", list(operation.paths));
  return out;
}

json::Value to_json(const Codemod& operation) {
  json::Object out{{"op", "codemod"}, {"language", operation.language}, {"query", operation.query}, {"template", operation.tmpl}};
  if (!operation.paths.empty()) out.append("paths", list(operation.paths));
  return out;
}

ImportSpec read_import(JsonReader& in, const RefuseMember& refuse) {
  ImportSpec spec{in.string("module"), in.string_or_empty("name"), in.string_or_empty("alias")};
  check(spec, "", refuse);
  return spec;
}

RemoveUnusedImports read_remove_unused_imports(JsonReader& in, const RefuseMember& refuse) {
  RemoveUnusedImports operation{globs(in, refuse)};
  if (operation.paths.empty()) refuse("paths", "change_invalid", "must name at least one file", "globs, such as \"src/**\"");
  return operation;
}

ReplaceCall read_replace_call(JsonReader& in, const RefuseMember& refuse) {
  ReplaceCall operation{.language = language(in, kCallLanguages, refuse),
                        .pattern = bounded(in, "pattern", false, refuse),
                        .replacement = bounded(in, "replacement", false, refuse)};
  operation.module = in.string_or_empty("module");
  if (!operation.module.empty() && !is_module(operation.module))
    refuse("module", "change_invalid", "names no module", "as an import writes it, without quotes");
  if (const json::Value* whole = in.optional_object("imports")) {
    operation.add = imports(whole, "add", refuse);
    operation.remove = imports(whole, "remove", refuse);
    for (const auto& [key, value] : whole->as_object())
      if ((key != "add" && key != "remove") || !value.is_array())
        refuse("imports", "change_invalid", fmt::format("has a mistake at {}", key), "{\"add\": [...], \"remove\": [...]}");
  }
  operation.paths = globs(in, refuse);
  const auto known = holes_of(operation.pattern);
  for (const Hole& hole : holes_of(operation.replacement))
    if (std::ranges::find(known, hole.text, &Hole::text) == known.end())
      refuse("replacement", "change_invalid", fmt::format("has {}, which is no hole of the pattern", hole.text), "");
  return operation;
}

Codemod read_codemod(JsonReader& in, const RefuseMember& refuse) {
  return {.language = language(in, kQueryLanguages, refuse),
          .query = bounded(in, "query", false, refuse),
          .tmpl = bounded(in, "template", true, refuse),
          .paths = globs(in, refuse)};
}

}  // namespace argosy::tasks
