#include "workers/cli/args.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/core/text.h"

namespace argosy::cli {
namespace {

std::size_t count_values(const Option& option) { return option.values.empty() ? 0 : text::split(option.values, ' ').size(); }

Result<Given> take_option(std::span<const std::string> words, std::size_t& at, std::span<const Option> options) {
  const auto equals = words[at].find('=');
  const auto name = std::string_view(words[at]).substr(0, equals);
  const auto option = std::ranges::find(options, name, &Option::name);
  if (option == options.end()) return usage_error(fmt::format("unknown option {}", name));
  const auto wanted = count_values(*option);
  Given given{option->name, {}};
  if (equals != std::string::npos) {
    if (wanted != 1) return usage_error(fmt::format("{} takes no =value", name));
    given.values.push_back(words[at].substr(equals + 1));
  }
  while (given.values.size() < wanted) {
    if (++at >= words.size()) return usage_error(fmt::format("{} needs {}", name, option->values));
    given.values.push_back(words[at]);
  }
  return given;
}

}  // namespace

std::unexpected<Error> usage_error(std::string message) { return fail_user("usage", std::move(message)); }

bool Arguments::has(std::string_view option) const { return std::ranges::find(given, option, &Given::name) != given.end(); }

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto all = values(option);
  if (all.empty()) return std::nullopt;
  return all.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  std::vector<std::string> out;
  for (const auto& one : given) {
    if (one.name == option && !one.values.empty()) out.push_back(one.values.front());
  }
  return out;
}

Result<std::optional<std::int64_t>> Arguments::number(std::string_view option, std::int64_t least, std::int64_t most) const {
  const auto text = value(option);
  if (!text) return std::nullopt;
  const auto number = text::to_int(*text);
  if (!number || *number < least || *number > most) {
    return usage_error(fmt::format("{} needs a number from {} to {}, not \"{}\"", option, least, most, *text));
  }
  return number;
}

Result<Arguments> parse_arguments(std::span<const std::string> words, std::span<const Option> options, std::size_t least_positional,
                                  std::size_t most_positional) {
  Arguments out;
  bool options_ended = false;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const auto& word = words[at];
    if (options_ended || !word.starts_with('-') || word == "-") {
      out.positional.push_back(word);
    } else if (word == "--") {
      options_ended = true;
    } else {
      ARGOSY_TRY(auto given, take_option(words, at, options));
      const auto option = std::ranges::find(options, given.name, &Option::name);
      if (!option->repeats && out.has(given.name)) return usage_error(fmt::format("{} is given twice", given.name));
      out.given.push_back(std::move(given));
    }
  }
  if (out.positional.size() < least_positional) return usage_error("a word is missing");
  if (out.positional.size() > most_positional)
    return usage_error(fmt::format("\"{}\" is one word too many", out.positional[most_positional]));
  return out;
}

}  // namespace argosy::cli
