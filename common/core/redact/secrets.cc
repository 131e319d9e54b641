#include "common/core/redact/secrets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

namespace argosy::redaction {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_token(char c) { return is_word(c) || c == '-' || c == '.' || c == '~' || c == '+' || c == '/' || c == '='; }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::size_t run_of(std::string_view text, bool (*belongs)(char)) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, belongs) - text.begin());
}

// Prefixes of tokens that forges, clouds and chat systems hand out, with the least length of what follows.
struct Shape {
  std::string_view prefix;
  std::size_t least;
};
constexpr auto kShapes = std::to_array<Shape>({
    {"ghp_", 20},     {"gho_", 20},   {"ghu_", 20},  {"ghs_", 20},  {"ghr_", 20}, {"github_pat_", 20}, {"glpat-", 16}, {"xoxb-", 16},
    {"xoxp-", 16},    {"xoxa-", 16},  {"xoxr-", 16}, {"xapp-", 16}, {"AKIA", 16}, {"ASIA", 16},        {"sk-", 20},    {"sk_live_", 16},
    {"rk_live_", 16}, {"whsec_", 16}, {"npm_", 30},  {"pypi-", 30}, {"eyJ", 40},  {"AIza", 30},
});

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(),
                                                   [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

// What at the start of `text` is to be masked: `keep` bytes stay, `drop` bytes after them go.
struct Cut {
  std::size_t keep = 0, drop = 0;
  SecretKind kind = SecretKind::random;
};

Cut private_key(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  if (!text.starts_with(kBegin)) return {};
  const std::size_t title = text.find("PRIVATE KEY-----");
  if (title == std::string_view::npos || text.substr(0, title).find('\n') != std::string_view::npos) return {};
  const std::size_t end = text.find("-----END ", title);
  if (end == std::string_view::npos) return {0, text.size(), SecretKind::private_key};  // cut off: all of the rest may be key
  const std::size_t close = text.find("-----", end + 9);
  return {0, close == std::string_view::npos ? text.size() : close + 5, SecretKind::private_key};
}

Cut userinfo(std::string_view text) {
  if (!text.starts_with("://")) return {};
  const std::string_view authority = text.substr(3, text.substr(3).find_first_of("/?# \t\r\n\"'<>"));
  const std::size_t at = authority.rfind('@');
  return at == std::string_view::npos || at == 0 ? Cut{} : Cut{3, at, SecretKind::userinfo};
}

Cut after_word(std::string_view text, std::string_view lower_word, std::size_t least) {
  if (!starts_with_ignoring_case(text, lower_word)) return {};
  std::size_t at = lower_word.size();
  while (at < text.size() && (text[at] == ' ' || text[at] == '\'' || text[at] == '"')) ++at;
  const std::size_t length = run_of(text.substr(at), [](char c) { return !is_space(c) && c != '"' && c != '\'' && c != '&' && c != ','; });
  return length < least ? Cut{} : Cut{at, length, SecretKind::after_word};
}

Cut token_shape(std::string_view text) {
  for (const Shape& shape : kShapes) {
    if (!text.starts_with(shape.prefix)) continue;
    const std::size_t length = run_of(text, is_token);
    if (length >= shape.prefix.size() + shape.least) return {0, length, SecretKind::token};
  }
  return {};
}

struct Letters {
  int upper = 0, lower = 0, digits = 0;
};
Letters letters_of(std::string_view text) {
  Letters letters;
  for (const unsigned char c : text) {
    letters.upper += std::isupper(c) != 0 ? 1 : 0;
    letters.lower += std::islower(c) != 0 ? 1 : 0;
    letters.digits += std::isdigit(c) != 0 ? 1 : 0;
  }
  return letters;
}

// NAME=value and "name": "value" where the name says that the value is secret, and the value looks as if nobody had thought of it. `at` is
// the place of the = or :.
constexpr auto kSecretNames = std::to_array<std::string_view>({"secret", "token", "passwd", "password", "api_key", "apikey", "api-key",
                                                               "access_key", "accesskey", "private_key", "credential", "auth_key"});
Cut named_secret(std::string_view text, std::size_t at) {
  constexpr std::size_t kLongestName = 64, kShortestValue = 12;
  constexpr double kLeastBits = 3;
  std::size_t end = at;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '"' || text[end - 1] == '\'')) --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin < kLongestName && (is_word(text[begin - 1]) || text[begin - 1] == '-')) --begin;
  std::string name(text.substr(begin, end - begin));
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (std::ranges::none_of(kSecretNames, [&](std::string_view known) { return name.ends_with(known); })) return {};
  std::size_t from = at + 1;
  while (from < text.size() && (text[from] == ' ' || text[from] == '"' || text[from] == '\'')) ++from;
  const auto value = text.substr(from, run_of(text.substr(from), is_token));
  const auto letters = letters_of(value.substr(0, kLongestName));
  if (value.size() < kShortestValue || letters.digits == 0 || letters.upper + letters.lower == 0 || entropy(value) < kLeastBits) return {};
  return {from - at, value.size(), SecretKind::named};
}

// A run that is too evenly mixed to be a word, a path or a number: 40 characters and more of base64. Hexadecimal digests have at most 4
// bits.
bool is_dense(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/' || c == '='; }
Cut dense_run(std::string_view text) {
  constexpr std::size_t kLeast = 40, kLooked = 256;
  constexpr double kLeastBits = 4.5;
  const auto length = run_of(text, is_dense);
  if (length < kLeast) return {};
  const auto looked = text.substr(0, std::min(length, kLooked));
  const auto letters = letters_of(looked);
  return letters.upper >= 4 && letters.lower >= 4 && letters.digits >= 3 && entropy(looked) >= kLeastBits
             ? Cut{0, length, SecretKind::random}
             : Cut{};
}

Cut cut_at(std::string_view text, bool word_starts) {
  switch (text.front()) {
    case ':':
      return userinfo(text);
    case '-':
      return private_key(text);
    default:
      break;
  }
  if (!word_starts) return {};
  for (const auto& [word, least] :
       {std::pair<std::string_view, std::size_t>{"bearer ", 8}, {"basic ", 12}, {"password=", 1}, {"x-api-key: ", 6}}) {
    if (const Cut cut = after_word(text, word, least); cut.drop > 0) return cut;
  }
  return token_shape(text);
}

}  // namespace

double entropy(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const int count : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    if (count > 0) bits -= share * std::log2(share);
  }
  return bits;
}

std::vector<Secret> find_secrets(std::string_view text) {
  std::vector<Secret> found;
  for (std::size_t i = 0; i < text.size();) {
    const auto rest = text.substr(i);
    Cut cut = cut_at(rest, i == 0 || !is_word(text[i - 1]));
    if (cut.drop == 0 && (text[i] == '=' || text[i] == ':')) cut = named_secret(text, i);
    if (cut.drop == 0 && is_dense(text[i]) && (i == 0 || !is_dense(text[i - 1]))) cut = dense_run(rest);
    if (cut.drop == 0) {
      ++i;
      continue;
    }
    found.push_back({i + cut.keep, cut.drop, cut.kind});
    i += cut.keep + cut.drop;
  }
  return found;
}

std::string_view to_string(SecretKind kind) {
  switch (kind) {
    case SecretKind::registered:
      return "value of this installation's configuration";
    case SecretKind::private_key:
      return "private key";
    case SecretKind::userinfo:
      return "password in a URL";
    case SecretKind::after_word:
      return "credential of a header or a connection";
    case SecretKind::token:
      return "token";
    case SecretKind::named:
      return "value of a secret's name";
    case SecretKind::random:
      break;
  }
  return "random text";
}

}  // namespace argosy::redaction
