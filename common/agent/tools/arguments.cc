#include "common/agent/tools/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "common/core/text.h"

namespace argosy::agent {
namespace {

using Names = std::vector<std::string_view>;

// Names that mean the same in the tools of different vendors. Those of the first lists go before.
const std::vector<Names>& spellings() {
  static const std::vector<Names> kAll = {
      {"path", "file", "file_path", "filepath", "filename", "file_name", "target_file", "directory", "dir", "folder", "dir_path"},
      {"old_string", "old_str", "old_text", "search", "find", "oldString"},
      {"new_string", "new_str", "new_text", "replace", "replacement", "newString"},
      {"content", "contents", "file_text", "text", "body"},
      {"line_start", "start_line", "start", "from_line", "line_from", "offset"},
      {"line_end", "end_line", "end", "to_line", "line_to"},
      {"command", "cmd", "script", "shell"},
      {"pattern", "query", "regex", "search_term", "search"},
      {"glob", "include", "file_pattern", "include_pattern", "files"},
      {"package", "dependency", "name", "package_name"},
      {"diff", "patch", "unified_diff", "input"},
      {"symbol", "name", "identifier", "target"},
      {"target", "symbol", "function", "name"},
      {"question", "prompt", "message"},
      {"summary", "message", "text", "result"},
      {"selection", "tests", "path", "filter", "test"},
      {"timeout_seconds", "timeout", "time_limit"},
      {"goal", "description", "instructions"},
  };
  return kAll;
}

// Where sandboxes show the tree.
constexpr std::string_view kWorkspace = "/workspace/";

bool is_path(std::string_view name) { return name == "path" || name == "file"; }

std::string plain_path(std::string_view path) {
  if (path == "/workspace" || path == "." || path == "./") return "";
  if (path.starts_with(kWorkspace)) path.remove_prefix(kWorkspace.size());
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

json::Value converted(json::Value value, std::string_view type) {
  if (type == "integer" && value.is_string()) {
    if (const auto number = text::to_int(text::trim(value.as_string()))) return *number;
  } else if (type == "integer" && value.is_number() && !value.is_int()) {
    const auto number = value.as_double();
    if (number >= -1e9 && number <= 1e9 && number == static_cast<double>(static_cast<std::int64_t>(number)))
      return static_cast<std::int64_t>(number);
  } else if (type == "string" && value.is_array()) {
    std::vector<std::string> parts;
    for (const auto& part : value.as_array())
      if (part.is_string()) parts.push_back(part.as_string());
    if (parts.size() == value.as_array().size()) return text::join(parts, type == "string" ? " " : "");
  } else if (type == "boolean" && value.is_string()) {
    if (value.as_string() == "true" || value.as_string() == "false") return value.as_string() == "true";
  }
  return value;
}

// The member of the schema that the name means, where it has none of that name and nobody gave it yet.
std::string_view meant(std::string_view name, const json::Object& properties, const json::Object& given, const json::Object& done) {
  for (const auto& names : spellings()) {
    if (std::ranges::find(names, name) == names.end()) continue;
    for (const auto other : names)
      if (properties.contains(other) && !given.contains(other) && !done.contains(other)) return other;
  }
  return {};
}

}  // namespace

std::expected<json::Object, std::string> arguments_of(const std::string& json_text, const json::Value& schema,
                                                      const json::Schema& checker) {
  const auto parsed = json::parse(text::trim(json_text).empty() ? "{}" : json_text);
  if (!parsed) return std::unexpected(fmt::format("the arguments are not JSON: {}", parsed.error().message));
  if (!parsed->is_object()) return std::unexpected(std::string("the arguments are not a JSON object"));
  const auto& properties = schema.find("properties")->as_object();
  json::Object arguments;
  for (const auto& [name, value] : parsed->as_object()) {
    if (value.is_null()) continue;
    const std::string_view target =
        properties.contains(name) ? std::string_view(name) : meant(name, properties, parsed->as_object(), arguments);
    if (target.empty()) continue;
    auto good = converted(value, properties.find(target)->string_or("type", ""));
    if (is_path(target) && good.is_string()) good = plain_path(good.as_string());
    arguments[target] = std::move(good);
  }
  if (const auto wrong = checker.check(arguments))
    return std::unexpected(fmt::format("the arguments do not fit: {}: {}; they are {}", wrong->pointer.empty() ? "/" : wrong->pointer,
                                       wrong->message, json::dump(schema)));
  return arguments;
}

}  // namespace argosy::agent
