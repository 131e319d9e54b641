// How a strict file is read: a reader for each place of it, made of readers for what is below. What nobody knows, and what is not as it has
// to be, is one line with its place. Targets are filled as far as it went. Pure, any thread.
#pragma once

#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/config/yaml/yaml.h"

namespace argosy::yaml {

inline constexpr std::size_t kMaxText = 8'192;  // of one text
inline constexpr std::size_t kMaxItems = 200;   // of one list

using Read = std::function<Result<void>(const Node&)>;
struct Key {
  std::string name;
  Read read;
};

// parse(), and the reader of the root. Error (B): yaml_invalid.
Result<void> read(std::string_view bytes, const Bounds& bounds, const Read& root);

std::unexpected<Error> fail(const Node& node, std::string_view message);

// A map with exactly these keys, each at most once. Nothing at all is an empty map.
Read map_of(std::string where, std::vector<Key> keys);
Read text_into(std::string& target, std::string what);
Read choice_into(std::string& target, std::string what, std::vector<std::string> choices);
Read flag_into(bool& target, std::string what);
// One without the brackets is a list of one.
Read list_into(std::vector<std::string>& target, std::string what, std::function<Read(std::string&, std::string)> item);

template <class Number>
Read number_into(std::optional<Number>& target, std::string what, Number least, Number most) {
  return [&target, what = std::move(what), least, most](const Node& node) -> Result<void> {
    Number value{};
    const auto* const end = node.text.data() + node.text.size();
    const auto parsed = std::from_chars(node.text.data(), end, value);
    const bool is_number = node.kind == Node::Kind::scalar && node.is_plain && parsed.ec == std::errc() && parsed.ptr == end;
    if (!is_number || !(value >= least && value <= most))
      return fail(node, fmt::format("{} must be a number from {} to {}", what, least, most));
    target = value;
    return {};
  };
}

}  // namespace argosy::yaml
