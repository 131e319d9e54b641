#include "workers/planning/changes/api_changes.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "common/config/yaml/yaml.h"
#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::planning {
namespace {

constexpr yaml::Bounds kBounds{.bytes = kMaxDescriptionBytes, .depth = 64, .nodes = 200'000};
constexpr std::array<std::string_view, 8> kMethods{"get", "put", "post", "delete", "options", "head", "patch", "trace"};

json::Value value_of(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::Node::Kind::scalar:
      return node.text;
    case yaml::Node::Kind::list: {
      json::Array items;
      for (const auto& item : node.items) items.push_back(value_of(item));
      return items;
    }
    case yaml::Node::Kind::map: {
      json::Object members;
      for (std::size_t i = 0; i < node.keys.size() && i < node.items.size(); ++i)
        members.append(node.keys[i].text, value_of(node.items[i]));
      return members;
    }
    case yaml::Node::Kind::null:
      break;
  }
  return {};
}

Result<json::Value> read(std::string_view path, std::string_view text) {
  if (text::trim(text).empty()) return json::Value(json::Object{});
  if (path.ends_with(".json")) return json::parse(text, {.max_bytes = kMaxDescriptionBytes});
  ARGOSY_TRY(const auto node, yaml::parse(text, kBounds));
  return value_of(node);
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

struct Part {
  std::string content;
  std::vector<std::string> names;
};

const json::Value* member(const json::Value* value, std::string_view key) { return value == nullptr ? nullptr : value->find(key); }

template <class Each>
void for_each_member(const json::Value* value, Each&& each) {
  if (value == nullptr || !value->is_object()) return;
  for (const auto& [name, one] : value->as_object()) each(std::string(name), one);
}

// What people know a description's parts by, and all that stands in each.
std::map<std::string, Part> parts_of(const json::Value& description) {
  std::map<std::string, Part> parts;
  for_each_member(description.find("paths"), [&](const std::string& path, const json::Value& item) {
    const auto* shared = item.is_object() ? item.find("parameters") : nullptr;
    for_each_member(&item, [&](const std::string& method, const json::Value& operation) {
      if (std::ranges::find(kMethods, method) == kMethods.end()) return;
      Part part{.content = json::canonical(operation) + (shared == nullptr ? "" : json::canonical(*shared)), .names = {path}};
      if (operation.is_object())
        if (auto id = operation.string_or("operationId", ""); !id.empty()) part.names.push_back(std::move(id));
      parts[upper(method) + " " + path] = std::move(part);
    });
  });
  const auto schemas = [&](const json::Value* list) {
    for_each_member(list, [&](const std::string& name, const json::Value& schema) {
      parts["schema " + name] = {.content = json::canonical(schema), .names = {name}};
    });
  };
  schemas(member(description.find("components"), "schemas"));
  schemas(description.find("definitions"));
  return parts;
}

}  // namespace

std::string_view to_string(ChangeKind kind) {
  return kind == ChangeKind::added ? "added" : kind == ChangeKind::removed ? "removed" : "changed";
}

bool is_api_description(std::string_view path) {
  const auto name = text::lower(path.substr(path.rfind('/') + 1));
  const bool written = name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
  return written && (name.contains("openapi") || name.contains("swagger"));
}

Result<std::vector<Change>> api_changes(const std::string& path, std::string_view before, std::string_view after) {
  ARGOSY_TRY(const auto old_one, read(path, before));
  ARGOSY_TRY(const auto new_one, read(path, after));
  const auto was = parts_of(old_one), is = parts_of(new_one);
  std::vector<Change> changes;
  for (const auto& [what, part] : was)
    if (!is.contains(what)) changes.push_back({.kind = ChangeKind::removed, .what = what, .path = path, .names = part.names});
  for (const auto& [what, part] : is) {
    const auto old = was.find(what);
    if (old == was.end())
      changes.push_back({.kind = ChangeKind::added, .what = what, .path = path, .names = part.names});
    else if (old->second.content != part.content)
      changes.push_back({.kind = ChangeKind::changed, .what = what, .path = path, .names = part.names});
  }
  return changes;
}

}  // namespace argosy::planning
