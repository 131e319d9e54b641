#include "common/tasks/guards/secret_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "common/core/text.h"

namespace argosy::tasks {
namespace {

using redaction::SecretKind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool has(std::string_view text, std::string_view piece) { return text.find(piece) != std::string_view::npos; }

template <std::size_t N>
bool has_any(std::string_view text, const std::array<std::string_view, N>& pieces) {
  return std::ranges::any_of(pieces, [&](std::string_view piece) { return has(text, piece); });
}

// The part of "user:password" that must not be known; of other kinds the value itself.
std::string_view guarded(const SecretCandidate& one) {
  if (one.kind != SecretKind::userinfo) return one.value;
  auto value = one.value;
  if (value.ends_with('@')) value.remove_suffix(1);
  const auto colon = value.find(':');
  return colon == std::string_view::npos ? value : value.substr(colon + 1);
}

// Whether people choose such values: there placeholders are words, not only marks.
bool is_chosen(SecretKind kind) { return kind == SecretKind::userinfo || kind == SecretKind::after_word || kind == SecretKind::named; }

// Printed in the manuals of Amazon, GitHub, Google, Stripe, Standard Webhooks and jwt.io, and in RFC 5849, 6749, 6750 and 7617.
bool documented_example(const SecretCandidate& one) {
  static constexpr auto kDocumented = std::to_array<std::string_view>(
      {"AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE", "wJalrXUtnFEMI/K7MDENG", "je7MtGbClwBF/2Zp9Utk",
       "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe", "4eC39HqLyjWDarjtT1zdp7dc",
       "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c", "TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ",
       "dXNlcjpwYXNz", "2YotnFZFEjr1zCsicMWpAA", "tGzv3JOkF0XG5Qx2TlKWIA", "mF_9.B5f-4.1JqM", "h480djs93hd8", "czZCaGRSa3F0Mzpn",
       "ad180jjd733klru7", "QWxhZGRpbjpvcGVuIHNlc2FtZQ", "QWxhZGRpbjpPcGVuU2VzYW1l"});
  return has_any(one.value, kDocumented);
}

bool placeholder(const SecretCandidate& one) {
  static constexpr auto kMarks = std::to_array<std::string_view>(
      {"example", "placeholder", "changeme", "change-me", "change_me", "dummy",   "your-",    "your_",    "yourtoken", "xxxx",
       "****",    "....",        "redacted", "fake",      "sample",    "notreal", "not-real", "not_real", "insert",    "deadbeef"});
  static constexpr auto kWords =
      std::to_array<std::string_view>({"test", "pass", "secret", "token", "admin", "guest", "foobar", "hunter2", "demo", "mock", "stub"});
  if (one.kind == SecretKind::private_key) return false;
  const auto value = text::lower(guarded(one));
  return has_any(value, kMarks) || (is_chosen(one.kind) && has_any(value, kWords));
}

// "aaaaaaaa", "abcdefgh", "12345678": nobody was given that.
bool plain_sequence(const SecretCandidate& one) {
  constexpr double kLeastBits = 2.8, kMostSteps = 0.5;
  if (one.kind == SecretKind::private_key || one.kind == SecretKind::registered) return false;
  const auto value = guarded(one);
  if (value.size() < 8) return false;
  std::size_t steps = 0;
  for (std::size_t i = 1; i < value.size(); ++i) steps += value[i] == value[i - 1] + 1 || value[i] == value[i - 1] ? 1 : 0;
  const bool chosen_short = one.kind == SecretKind::userinfo && value.size() < 12;
  return (!chosen_short && redaction::entropy(value) < kLeastBits) ||
         static_cast<double>(steps) > kMostSteps * static_cast<double>(value.size());
}

// A variable, a template's hole or a call stands there, and not the value.
bool reference(const SecretCandidate& one) {
  if (!is_chosen(one.kind)) return false;
  const auto value = guarded(one);
  if (value.find_first_of("${}<>%()[]") != std::string_view::npos && one.kind != SecretKind::named) return true;
  return !one.after.empty() && std::string_view("([{$<").find(one.after.front()) != std::string_view::npos;
}

// In sources a value is written in quotes; without, it is the name of something. Files of settings write them bare.
bool bare_name(const SecretCandidate& one) {
  static constexpr auto kSettings = std::to_array<std::string_view>(
      {".env", ".ini", ".cfg", ".conf", ".config", ".yaml", ".yml", ".properties", ".toml", ".tfvars", ".sh", ".bash", ".npmrc", ".netrc"});
  if (one.kind != SecretKind::named && one.kind != SecretKind::after_word) return false;
  if (one.before.ends_with('"') || one.before.ends_with('\'') || one.before.ends_with('`')) return false;
  const auto lower = text::lower(one.path);
  const auto name = std::string_view(lower).substr(lower.rfind('/') + 1);
  const bool settings = name.starts_with(".env") || name == "dockerfile" || !has(name, ".") ||
                        std::ranges::any_of(kSettings, [&](std::string_view end) { return name.ends_with(end); });
  return one.kind == SecretKind::named && !settings;
}

// Parts that are words, or a word and a number: "my-service-key-v2", "projects/42/secrets/db". Values that were given out are not.
bool words(const SecretCandidate& one) {
  if (one.kind != SecretKind::named && one.kind != SecretKind::after_word) return false;
  constexpr std::size_t kMostDigits = 4;
  std::string part;
  const auto is_word = [](std::string_view text) {
    const auto letters = static_cast<std::size_t>(std::ranges::find_if_not(text, is_letter) - text.begin());
    const auto rest = text.substr(letters);
    return rest.size() <= kMostDigits && std::ranges::all_of(rest, is_digit);
  };
  for (const char c : one.value) {
    if (is_letter(c) || is_digit(c)) {
      part.push_back(c);
    } else {
      if (!is_word(part)) return false;
      part.clear();
    }
  }
  return is_word(part);
}

bool digest(const SecretCandidate& one) {
  static constexpr auto kNames = std::to_array<std::string_view>({"sha1", "sha256", "sha384", "sha512", "integrity", "checksum", "digest"});
  return one.kind == SecretKind::named && has_any(text::lower(one.before), kNames);
}

// What is not for the world: a user without a password, a password of a few letters, a server on this machine or in a manual.
bool no_credential(const SecretCandidate& one) {
  constexpr std::size_t kShortestPassword = 6, kShortestToken = 20;
  static constexpr auto kEnds =
      std::to_array<std::string_view>({".example", ".example.com", ".example.org", ".example.net", ".test", ".invalid", ".localhost"});
  static constexpr auto kHosts =
      std::to_array<std::string_view>({"localhost", "127.0.0.1", "[::1]", "example.com", "example.org", "example.net", "host"});
  if (one.kind != SecretKind::userinfo) return false;
  if (guarded(one).size() < (has(one.value, ":") ? kShortestPassword : kShortestToken)) return true;
  auto host = one.after.substr(0, one.after.find_first_of("/?# \t\r\n\"'<>`"));
  if (host.starts_with('@')) host.remove_prefix(1);
  if (const auto port = host.rfind(':'); port != std::string_view::npos && !host.ends_with(']')) host = host.substr(0, port);
  return !has(host, ".") || std::ranges::find(kHosts, host) != kHosts.end() ||
         std::ranges::any_of(kEnds, [&](std::string_view end) { return host.ends_with(end); });
}

// The title of a key without a key: programs that read keys name it.
bool no_key_in_it(const SecretCandidate& one) {
  constexpr std::size_t kLeastKey = 64;  // letters of base64: an elliptic key has 88
  if (one.kind != SecretKind::private_key) return false;
  const auto title = one.value.find("KEY-----");
  std::size_t letters = 0;
  for (std::size_t i = title + 8; title != std::string_view::npos && i < one.value.size(); ++i) {
    const char c = one.value[i];
    if (c == '\\') {
      ++i;  // "\n" in a literal
    } else if (is_letter(c) || is_digit(c) || c == '/' || c == '=') {
      if (++letters == kLeastKey) return false;
    } else if (c == '-' && one.value.substr(i).starts_with("-----")) {
      break;
    } else if (std::string_view(" \t\r\n\"'+,:-()").find(c) == std::string_view::npos) {
      letters = 0;
    }
  }
  return true;
}

// Shapes that ordinary words have as well.
bool no_token(const SecretCandidate& one) {
  const auto digits = std::ranges::count_if(one.value, is_digit);
  if (one.kind == SecretKind::random) return true;  // an image, a digest, a font: too often no secret
  if (one.kind == SecretKind::token) {
    if (one.value.starts_with("eyJ")) return std::ranges::count(one.value, '.') != 2;
    const bool letters_only = one.value.starts_with("AKIA") || one.value.starts_with("ASIA");
    return !letters_only && digits < 2;
  }
  if (one.kind != SecretKind::after_word) return false;
  constexpr std::size_t kShortest = 12;
  constexpr double kLeastBits = 3;
  if (one.value.size() < kShortest || digits == 0 || redaction::entropy(one.value) < kLeastBits) return true;
  if (!text::lower(one.before).ends_with("basic ")) return false;
  const auto decoded = text::from_base64(one.value);
  if (!decoded || !has(*decoded, ":")) return true;
  return placeholder({.kind = SecretKind::userinfo, .value = *decoded, .before = {}, .after = {}, .path = one.path});
}

struct Rule {
  std::string_view name;
  bool (*applies)(const SecretCandidate&);
};
constexpr auto kRules = std::to_array<Rule>({
    {"documented_example", documented_example},
    {"no_key_in_it", no_key_in_it},
    {"no_token", no_token},
    {"no_credential", no_credential},
    {"placeholder", placeholder},
    {"plain_sequence", plain_sequence},
    {"reference", reference},
    {"bare_name", bare_name},
    {"words", words},
    {"digest", digest},
});

}  // namespace

std::string_view harmless_by(const SecretCandidate& candidate) {
  if (candidate.kind == SecretKind::registered) return {};
  const auto rule = std::ranges::find_if(kRules, [&](const Rule& one) { return one.applies(candidate); });
  return rule == kRules.end() ? std::string_view() : rule->name;
}

}  // namespace argosy::tasks
