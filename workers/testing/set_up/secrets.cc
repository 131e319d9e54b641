#include "workers/testing/set_up/secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::testing {
namespace {

bool is_variable(std::string_view name) {
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 && std::ranges::all_of(name, fits);
}

}  // namespace

Result<SetUpSecrets> parse_set_up_secrets(std::string_view text) {
  SetUpSecrets all;
  std::size_t number = 0;
  for (const auto raw : text::lines(text)) {
    ++number;
    const auto line = text::trim(raw);
    if (line.empty() || line.starts_with('#')) continue;
    const auto first = line.find(' '), second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    const auto name = second == std::string_view::npos ? std::string_view() : line.substr(first + 1, second - first - 1);
    if (!is_variable(name) || line.substr(0, first).find('/') == std::string_view::npos)
      return fail_user("setup_secrets_malformed",
                       fmt::format("ARGOSY_SETUP_SECRETS, line {}: it is not \"org/name VARIABLE value\"", number),
                       "one secret a line: the repository as it was registered, the variable, the value");
    std::string value(text::trim(line.substr(second + 1)));
    redact_register_secret(value);
    all[std::string(line.substr(0, first))][std::string(name)] = std::move(value);
  }
  return all;
}

std::map<std::string, std::string> secrets_for(const SetUpSecrets& all, const std::string& repository,
                                               const std::vector<std::string>& names, std::vector<std::string>& missing) {
  std::map<std::string, std::string> given;
  const auto own = all.find(repository);
  for (const auto& name : names) {
    const auto value = own == all.end() ? std::map<std::string, std::string>::const_iterator() : own->second.find(name);
    if (own == all.end() || value == own->second.end())
      missing.push_back(name);
    else
      given[name] = value->second;
  }
  return given;
}

}  // namespace argosy::testing
