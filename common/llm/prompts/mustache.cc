#include "common/llm/prompts/mustache.h"

#include <fmt/format.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <vector>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

namespace engine = kainjow::mustache;

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::unexpected<Error> malformed(std::string_view tag, std::string_view what) {
  return fail_user("prompt_malformed", fmt::format("{{{{{}}}}}: {}", text::ellipsize(tag, 60), what),
                   "a template has {{name}}, {{#name}}...{{/name}}, {{^name}}...{{/name}} and {{! remarks }}");
}

}  // namespace

Result<std::set<std::string>> names_in(std::string_view text) {
  std::set<std::string> names;
  std::vector<std::string> open;
  for (auto at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const auto end = text.find("}}", at);
    if (end == std::string_view::npos) return malformed(text.substr(at + 2), "it has no end");
    std::string_view tag = text.substr(at + 2, end - at - 2);
    at = end + 2;
    if (tag.starts_with('!')) continue;
    const char kind = tag.empty() ? ' ' : tag.front();
    const std::string_view name = kind == '#' || kind == '^' || kind == '/' ? tag.substr(1) : tag;
    if (!is_name(name)) return malformed(tag, "that is neither a name nor a section");
    if (kind == '#' || kind == '^') open.emplace_back(name);
    if (kind == '/') {
      if (open.empty() || open.back() != name) return malformed(tag, "it ends what did not begin");
      open.pop_back();
    }
    names.emplace(name);
  }
  if (!open.empty()) return malformed("#" + open.back(), "the section has no end");
  return names;
}

std::string filled(const std::string& text, const std::map<std::string, std::string, std::less<>>& values) {
  engine::data data;
  for (const auto& [name, value] : values) data.set(name, value.empty() ? engine::data(false) : engine::data(value));
  engine::mustache read(text);
  read.set_custom_escape([](const std::string& value) { return value; });
  return read.render(data);
}

}  // namespace argosy::llm
