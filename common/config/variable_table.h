// The one table behind settings.h: a row a variable, with the member that it fills. Used by this room only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/config/settings.h"

namespace argosy::config {

struct Row {
  using Milliseconds = std::chrono::milliseconds;
  using Member = std::variant<std::string Settings::*, bool Settings::*, std::int64_t Settings::*, Milliseconds Settings::*,
                              std::vector<std::string> Settings::*>;
  std::string_view name;  // without ARGOSY_
  Member member;
  std::string_view doc;
  std::int64_t least = 0, most = 0;           // of integers and milliseconds
  std::vector<std::string_view> one_of = {};  // of strings: nothing else is taken
  bool secret = false;
  std::string_view shown_default = {};  // when the default is worked out at run time
};

const std::vector<Row>& rows();

// Puts `text` into the row's member. The problem with it else: "must be ...".
std::optional<std::string> assign(const Row& row, std::string_view text, Settings& settings);
// The member as text that assign() would take.
std::string text_of(const Row& row, const Settings& settings);
std::string_view type_of(const Row& row);

inline constexpr std::string_view kPrefix = "ARGOSY_";

}  // namespace argosy::config
