#include "common/config/watching.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/core/text.h"

namespace argosy::config {
namespace {

// Of a header's name (RFC 9110's token), a key or a project: nothing that would change its surroundings.
bool is_word(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kMarks.contains(c);
  });
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

std::optional<double> parse_share(std::string_view text) {
  double share = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || !(share >= 0 && share <= 1)) return std::nullopt;
  return share;
}

std::optional<std::map<std::string, std::string>> parse_headers(std::string_view text) {
  std::map<std::string, std::string> headers;
  if (text.empty()) return headers;
  for (const std::string_view part : text::split(text, ',')) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto name = text::trim(part.substr(0, equals)), value = text::trim(part.substr(equals + 1));
    if (!is_word(name) || value.empty() || !is_printable(value)) return std::nullopt;
    headers.emplace(name, value);
  }
  return headers;
}

bool is_secret_header(std::string_view name) {
  const auto lower = text::lower(name);
  constexpr std::string_view kMarks[] = {"authorization", "key", "token", "secret"};
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return lower.contains(mark); });
}

std::optional<Dsn> parse_dsn(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const auto protocol = text.substr(0, scheme);
  if ((protocol != "http" && protocol != "https") || !is_printable(text)) return std::nullopt;
  const auto rest = text.substr(scheme + 3);
  const auto at = rest.find('@'), slash = rest.rfind('/');
  if (at == std::string_view::npos || slash == std::string_view::npos || slash < at) return std::nullopt;
  const auto key = rest.substr(0, at), place = rest.substr(at + 1, slash - at - 1), project = rest.substr(slash + 1);
  if (!is_word(key) || place.empty() || place.starts_with('/') || !is_word(project)) return std::nullopt;
  // A path before the project stays where it is: https://host/path/api/PROJECT/envelope/.
  return Dsn{.envelope_url = fmt::format("{}://{}/api/{}/envelope/", protocol, place, project), .key = std::string(key)};
}

}  // namespace argosy::config
