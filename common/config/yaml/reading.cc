#include "common/config/yaml/reading.h"

#include <algorithm>

#include "common/config/spelling.h"
#include "common/core/text.h"

namespace argosy::yaml {

Result<void> read(std::string_view bytes, const Bounds& bounds, const Read& root) {
  ARGOSY_TRY(const auto node, parse(bytes, bounds));
  return root(node);
}

std::unexpected<Error> fail(const Node& node, std::string_view message) { return fail_at(node.line, node.column, message); }

Read map_of(std::string where, std::vector<Key> keys) {
  return [where = std::move(where), keys = std::move(keys)](const Node& node) -> Result<void> {
    if (node.kind == Node::Kind::null) return {};
    if (node.kind != Node::Kind::map) return fail(node, fmt::format("{} must hold keys and values", where));
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const auto& word = node.keys[i];
      const auto key = std::ranges::find(keys, word.text, &Key::name);
      if (key == keys.end()) {
        std::vector<std::string> known;
        for (const auto& one : keys) known.push_back(one.name);
        return fail_at(word.line, word.column,
                       fmt::format("{} has no key \"{}\"; did you mean \"{}\"?", where, text::ellipsize(word.text, 60),
                                   config::nearest_of(text::ellipsize(word.text, 60), known)));
      }
      ARGOSY_TRY_VOID(key->read(node.items[i]));
    }
    return {};
  };
}

Read text_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::scalar || text::trim(node.text).empty()) return fail(node, fmt::format("{} must be a text", what));
    if (node.text.size() > kMaxText) return fail(node, fmt::format("{} is longer than {} bytes", what, kMaxText));
    target = node.text;
    return {};
  };
}

Read choice_into(std::string& target, std::string what, std::vector<std::string> choices) {
  return [&target, what = std::move(what), choices = std::move(choices)](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::scalar || std::ranges::find(choices, node.text) == choices.end())
      return fail(node, fmt::format("{} must be one of: {}", what, text::join(choices, ", ")));
    target = node.text;
    return {};
  };
}

Read flag_into(bool& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::scalar || !node.is_plain || (node.text != "true" && node.text != "false"))
      return fail(node, fmt::format("{} must be true or false", what));
    target = node.text == "true";
    return {};
  };
}

Read list_into(std::vector<std::string>& target, std::string what, std::function<Read(std::string&, std::string)> item) {
  return [&target, what = std::move(what), item = std::move(item)](const Node& node) -> Result<void> {
    if (node.kind == Node::Kind::scalar) return item(target.emplace_back(), what)(node);  // one without the brackets
    if (node.kind != Node::Kind::list) return fail(node, fmt::format("{} must be a list of texts", what));
    if (node.items.size() > kMaxItems) return fail(node, fmt::format("{} has more than {} entries", what, kMaxItems));
    for (const auto& one : node.items) ARGOSY_TRY_VOID(item(target.emplace_back(), fmt::format("an entry of {}", what))(one));
    return {};
  };
}

}  // namespace argosy::yaml
