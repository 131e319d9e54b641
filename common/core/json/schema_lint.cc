#include "common/core/json/schema_lint.h"

#include <fmt/format.h>
#include <rapidjson/encodings.h>
#include <rapidjson/internal/regex.h>

#include <algorithm>
#include <array>

namespace argosy::json {
namespace {

// How RapidJSON 1.1 reads the value of each keyword that it enforces; keywords of any other name are refused.
enum class Form {
  schema,
  schemas,
  map_of_schemas,
  boolean_or_schema,
  items,
  dependencies,
  boolean,
  count,
  number,
  pattern,
  names,
  ref,
  any
};
struct Keyword {
  std::string_view name;
  Form form;
};
constexpr auto kKeywords = std::to_array<Keyword>({
    {"type", Form::any},
    {"enum", Form::any},
    {"allOf", Form::schemas},
    {"anyOf", Form::schemas},
    {"oneOf", Form::schemas},
    {"not", Form::schema},
    {"properties", Form::map_of_schemas},
    {"patternProperties", Form::map_of_schemas},
    {"definitions", Form::map_of_schemas},
    {"additionalProperties", Form::boolean_or_schema},
    {"additionalItems", Form::boolean_or_schema},
    {"items", Form::items},
    {"dependencies", Form::dependencies},
    {"required", Form::names},
    {"minProperties", Form::count},
    {"maxProperties", Form::count},
    {"minItems", Form::count},
    {"maxItems", Form::count},
    {"minLength", Form::count},
    {"maxLength", Form::count},
    {"uniqueItems", Form::boolean},
    {"exclusiveMinimum", Form::boolean},
    {"exclusiveMaximum", Form::boolean},
    {"minimum", Form::number},
    {"maximum", Form::number},
    {"multipleOf", Form::number},
    {"pattern", Form::pattern},
    {"$ref", Form::ref},
    // Notes for people: nobody expects them to be enforced.
    {"$schema", Form::any},
    {"id", Form::any},
    {"title", Form::any},
    {"description", Form::any},
    {"default", Form::any},
    {"examples", Form::any},
});

std::unexpected<Error> refuse(std::string_view where, std::string_view why) {
  return fail_user("schema_unsupported", fmt::format("{}: {}", where.empty() ? "/" : where, why),
                   "write it in JSON Schema draft-04 as RapidJSON enforces it");
}

Result<void> lint(const Value& schema, const std::string& where);

Result<void> lint_all(const Array& schemas, const std::string& where) {
  for (std::size_t i = 0; i < schemas.size(); ++i) ARGOSY_TRY_VOID(lint(schemas[i], fmt::format("{}/{}", where, i)));
  return {};
}

Result<void> lint_pattern(const std::string& pattern, const std::string& where) {
  // RapidJSON takes ^ and $ anywhere for an anchor of the whole pattern.
  int depth = 0;
  bool in_class = false, has_branch = false, is_anchored = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') ++i;
    } else if (c == '(' || c == ')') {
      depth += c == '(' ? 1 : -1;
    } else if (c == '|') {
      has_branch = has_branch || depth == 0;
    } else if (c == '^' || c == '$') {
      if (i != (c == '^' ? 0 : pattern.size() - 1))
        return refuse(where, fmt::format("{} inside the pattern is read as an anchor of the whole", c));
      is_anchored = true;
    }
  }
  if (depth != 0 || in_class) return refuse(where, "a bracket of the pattern is not closed");  // RapidJSON asserts that
  if (has_branch && is_anchored) return refuse(where, "put the branches of an anchored pattern in parentheses");
  // Without it, RapidJSON drops a pattern that it cannot read, and everything matches.
  if (!rapidjson::internal::GenericRegex<rapidjson::UTF8<>>(pattern.c_str()).IsValid())
    return refuse(where, "RapidJSON cannot read this pattern");
  return {};
}

Result<void> lint_map(const Value& map, bool keys_are_patterns, const std::string& where) {
  if (!map.is_object()) return refuse(where, "must be an object");
  for (const auto& [name, schema] : map.as_object()) {
    if (keys_are_patterns) ARGOSY_TRY_VOID(lint_pattern(name, where));
    ARGOSY_TRY_VOID(lint(schema, fmt::format("{}/{}", where, name)));
  }
  return {};
}

Result<void> lint_dependencies(const Value& map, const std::string& where) {
  if (!map.is_object()) return refuse(where, "must be an object");
  for (const auto& [name, dependency] : map.as_object()) {
    if (!dependency.is_array()) ARGOSY_TRY_VOID(lint(dependency, fmt::format("{}/{}", where, name)));
  }
  return {};
}

bool is_list_of_strings(const Value& value) {
  return value.is_array() && std::ranges::all_of(value.as_array(), [](const Value& item) { return item.is_string(); });
}

Result<void> lint_keyword(const Keyword& keyword, const Value& value, const std::string& where) {
  switch (keyword.form) {
    case Form::any:
      return {};
    case Form::schema:
      return lint(value, where);
    case Form::schemas:
      return value.is_array() ? lint_all(value.as_array(), where) : refuse(where, "must be a list of schemas");
    case Form::map_of_schemas:
      return lint_map(value, keyword.name == "patternProperties", where);
    case Form::boolean_or_schema:
      return value.is_bool() ? Result<void>() : lint(value, where);
    case Form::items:
      return value.is_array() ? lint_all(value.as_array(), where) : lint(value, where);
    case Form::dependencies:
      return lint_dependencies(value, where);
    case Form::names:
      return is_list_of_strings(value) ? Result<void>() : refuse(where, "must be a list of names (draft-03 had a boolean here)");
    case Form::boolean:
      return value.is_bool() ? Result<void>() : refuse(where, "must be a boolean (a number here came with draft-06)");
    case Form::count:
      return value.is_int() && value.as_int() >= 0 ? Result<void>() : refuse(where, "must be a whole number from 0");
    case Form::number:
      return value.is_number() ? Result<void>() : refuse(where, "must be a number");
    case Form::pattern:
      return value.is_string() ? lint_pattern(value.as_string(), where) : refuse(where, "must be a string");
    case Form::ref:
      return value.is_string() && value.as_string().starts_with("#") ? Result<void>()
                                                                     : refuse(where, "only references into this schema work");
  }
  return {};
}

Result<void> lint(const Value& schema, const std::string& where) {
  if (!schema.is_object()) return refuse(where, "a schema must be an object (booleans came with draft-06)");
  for (const auto& [name, value] : schema.as_object()) {
    const std::string here = fmt::format("{}/{}", where, name);
    const auto* keyword = std::ranges::find(kKeywords, std::string_view(name), &Keyword::name);
    if (keyword == kKeywords.end()) return refuse(here, "this keyword would be ignored");
    ARGOSY_TRY_VOID(lint_keyword(*keyword, value, here));
  }
  return {};
}

}  // namespace

Result<void> lint_schema(const Value& schema) { return lint(schema, ""); }

}  // namespace argosy::json
