#include <fmt/format.h>

#include <array>

#include "common/code/tags/tags.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "workers/cli/tool/commands.h"
#include "workers/cli/tool/input.h"

namespace argosy::cli {
namespace {

constexpr std::size_t kMostBytes = 64u << 20;  // what tags are read of

std::string_view language_name(code::Language language) {
  constexpr std::array<std::string_view, 9> kNames{"python", "javascript", "typescript", "tsx", "go", "java", "c", "cpp", "rust"};
  return kNames[static_cast<std::size_t>(language)];
}

json::Object as_json(const code::FileTags& tags) {
  json::Array definitions, references, imports;
  for (const auto& one : tags.definitions)
    definitions.emplace_back(json::Object{{"name", std::string(one.name)},
                                          {"kind", code::to_string(one.kind)},
                                          {"scope", std::string(one.scope)},
                                          {"line", std::int64_t{one.line}},
                                          {"end_line", std::int64_t{one.end_line}},
                                          {"signature", text::to_utf8(one.signature)},
                                          {"exported", one.exported}});
  for (const auto& one : tags.references)
    references.emplace_back(json::Object{{"name", std::string(one.name)}, {"line", std::int64_t{one.line}}, {"call", one.call != 0}});
  for (const auto& one : tags.imports) {
    json::Array names;
    for (const auto& name : one.names) names.emplace_back(name);
    imports.emplace_back(json::Object{{"module", one.module}, {"names", std::move(names)}, {"line", std::int64_t{one.line}}});
  }
  return {{"language", language_name(tags.language)},
          {"package", tags.package},
          {"broken", tags.broken},
          {"definitions", std::move(definitions)},
          {"references", std::move(references)},
          {"imports", std::move(imports)}};
}

// One definition a line, for people.
void show(const code::FileTags& tags) {
  for (const auto& one : tags.definitions)
    fmt::print("{:>6}  {:<9}  {}{}{}  {}\n", one.line, code::to_string(one.kind), one.scope, one.scope.empty() ? "" : ".", one.name,
               text::to_utf8(one.signature));
  fmt::print("{}: {} definitions, {} references, {} imports{}\n", language_name(tags.language), tags.definitions.size(),
             tags.references.size(), tags.imports.size(), tags.broken ? "; parts could not be read" : "");
}

}  // namespace

int tags(const Arguments& arguments) {
  auto input = Input::open(arguments.positional[0]);
  if (!input) return report(input.error(), kUsage);
  const auto text = input->all(kMostBytes);
  if (!text) return report(in_file(input->path(), text.error()), kUsage);
  const auto found = code::tags_of_file(arguments.positional[0], *text);
  if (!found) return report(in_file(input->path(), found.error()), kUsage);
  if (arguments.has("--json"))
    fmt::print("{}\n", json::dump(as_json(*found)));
  else
    show(*found);
  return kSucceeded;
}

}  // namespace argosy::cli
