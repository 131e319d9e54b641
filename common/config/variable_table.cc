#include "common/config/variable_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"

namespace argosy::config {
namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

std::optional<std::string> in_bounds(const Row& row, std::string_view text, std::int64_t& value) {
  const auto number = text::to_int(text);
  if (!number || *number < row.least || *number > row.most) return fmt::format("must be a whole number from {} to {}", row.least, row.most);
  value = *number;
  return std::nullopt;
}

std::optional<std::string> to_bool(std::string_view text, bool& value) {
  if (text != "true" && text != "false" && text != "1" && text != "0") return "must be true or false";
  value = text == "true" || text == "1";
  return std::nullopt;
}

std::optional<std::string> to_text(const Row& row, std::string_view text, std::string& value) {
  if (!row.one_of.empty() && std::ranges::find(row.one_of, text) == row.one_of.end()) {
    return fmt::format("must be one of {}", text::join({row.one_of.begin(), row.one_of.end()}, ", "));
  }
  if (text.find('\0') != std::string_view::npos) return "must not hold a NUL";
  value = text;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> assign(const Row& row, std::string_view text, Settings& settings) {
  using Problem = std::optional<std::string>;
  return std::visit(Overloaded{
                        [&](std::string Settings::* member) { return to_text(row, text, settings.*member); },
                        [&](bool Settings::* member) { return to_bool(text, settings.*member); },
                        [&](std::int64_t Settings::* member) { return in_bounds(row, text, settings.*member); },
                        [&](Row::Milliseconds Settings::* member) {
                          std::int64_t count = 0;
                          Problem problem = in_bounds(row, text, count);
                          if (!problem) settings.*member = Row::Milliseconds(count);
                          return problem;
                        },
                        [&](std::vector<std::string> Settings::* member) {
                          std::vector<std::string> parts;
                          for (const std::string_view part : text::split(text, ':')) {
                            if (!part.empty()) parts.emplace_back(part);
                          }
                          settings.*member = std::move(parts);
                          return Problem();
                        },
                    },
                    row.member);
}

std::string text_of(const Row& row, const Settings& settings) {
  return std::visit(Overloaded{
                        [&](std::string Settings::* member) { return settings.*member; },
                        [&](bool Settings::* member) { return std::string(settings.*member ? "true" : "false"); },
                        [&](std::int64_t Settings::* member) { return fmt::format("{}", settings.*member); },
                        [&](Row::Milliseconds Settings::* member) { return fmt::format("{}", (settings.*member).count()); },
                        [&](std::vector<std::string> Settings::* member) { return text::join(settings.*member, ":"); },
                    },
                    row.member);
}

std::string_view type_of(const Row& row) {
  return std::visit(Overloaded{
                        [](std::string Settings::*) { return "string"; },
                        [](bool Settings::*) { return "boolean"; },
                        [](std::int64_t Settings::*) { return "integer"; },
                        [](Row::Milliseconds Settings::*) { return "milliseconds"; },
                        [](std::vector<std::string> Settings::*) { return "list"; },
                    },
                    row.member);
}

}  // namespace argosy::config
