#include "common/core/redact/personal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "common/core/redact.h"

namespace argosy {
namespace redaction {
namespace {

// RFC 5321: longer ones no server takes.
constexpr std::size_t kLongestLocal = 64, kLongestDomain = 255;

// Beside those of two letters, which are countries' (ISO 3166). Others are rather members and methods than domains.
constexpr auto kTopLevel = std::to_array<std::string_view>(
    {"com",     "org",  "net",     "edu",         "gov",       "mil",      "int",       "info",     "biz",       "name",   "pro",
     "dev",     "app",  "cloud",   "online",      "site",      "tech",     "xyz",       "shop",     "store",     "museum", "aero",
     "coop",    "jobs", "mobi",    "travel",      "cat",       "post",     "tel",       "asia",     "agency",    "email",  "group",
     "company", "blog", "digital", "global",      "network",   "systems",  "academy",   "school",   "bank",      "health", "social",
     "example", "test", "local",   "localdomain", "invalid",   "arpa",     "berlin",    "london",   "paris",     "wien",   "zuerich",
     "eus",     "gal",  "swiss",   "tokyo",       "amsterdam", "software", "solutions", "services", "university"});

bool is_alpha(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_foreign(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool in_domain(char c) { return is_alnum(c) || c == '-' || c == '.' || is_foreign(c); }
bool in_local(char c) {
  return is_alnum(c) || is_foreign(c) || std::string_view("!#$%&'*+/=?^_`{|}~.-\\").find(c) != std::string_view::npos;
}

bool is_top_level(std::string_view label) {
  if (label.starts_with("xn--") || std::ranges::any_of(label, is_foreign)) return true;
  if (!std::ranges::all_of(label, is_alpha)) return false;
  std::string lower(label);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower.size() == 2 || std::ranges::find(kTopLevel, lower) != kTopLevel.end();
}

// How long the domain behind the @ is; 0: it is none.
std::size_t domain_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && length <= kLongestDomain && in_domain(text[length])) ++length;
  while (length > 0 && (text[length - 1] == '.' || text[length - 1] == '-')) --length;
  const auto domain = text.substr(0, length);
  const auto dot = domain.rfind('.');
  if (length > kLongestDomain || dot == std::string_view::npos || dot == 0 || domain.front() == '-') return 0;
  return domain.find("..") == std::string_view::npos && is_top_level(domain.substr(dot + 1)) ? length : 0;
}

// How far before the @ the name begins: a quoted text, or the letters and signs that RFC 5322 allows, without the quotes and operators that
// code has around an address.
std::size_t local_length(std::string_view before) {
  if (before.ends_with('"')) {
    before = before.substr(before.size() - std::min(before.size(), kLongestLocal + 2));
    const auto open = before.size() < 2 ? std::string_view::npos : before.substr(0, before.size() - 1).rfind('"');
    const auto length = open == std::string_view::npos ? 0 : before.size() - open;
    const auto quoted = before.substr(before.size() - length);
    return length > 2 && length <= kLongestLocal + 2 && quoted.find('\n') == std::string_view::npos ? length : 0;
  }
  std::size_t length = 0;
  while (length < before.size() && length <= kLongestLocal && in_local(before[before.size() - 1 - length])) ++length;
  if (length > kLongestLocal) return 0;
  while (length > 1 && !is_alnum(before[before.size() - length]) && !is_foreign(before[before.size() - length])) --length;
  return length;
}

struct Email {
  std::size_t before = 0, after = 0;  // of the @
};
Email email_around(std::string_view text, std::size_t at) {
  const auto after = domain_length(text.substr(at + 1));
  if (after == 0) return {};
  const auto before = local_length(text.substr(0, at));
  // A forge's account for everybody (git@host:path) is nobody's address.
  const bool forge = text.substr(at - before, before) == "git" && at + 1 + after < text.size() && text[at + 1 + after] == ':';
  return before == 0 || forge ? Email{} : Email{before, after};
}

}  // namespace

std::vector<Item> find_personal(std::string_view text) {
  std::vector<Item> found;
  const auto free_from = [&] { return found.empty() ? 0 : found.back().at + found.back().length; };
  const auto keep = [&](std::size_t at, std::size_t length, Kind kind) {
    if (length > 0) found.push_back({at, length, kind});
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '@') {
      const auto email = email_around(text, at);
      if (email.after == 0 || at - email.before < free_from()) continue;
      keep(at - email.before, email.before + 1 + email.after, Kind::email);
    } else if (c >= 'A' && c <= 'Z') {
      keep(at, iban_at(text, at), Kind::iban);
    } else if ((c >= '0' && c <= '9') || c == '+' || c == '(') {
      if (const auto length = c == '+' || c == '(' ? 0 : card_at(text, at)) {
        keep(at, length, Kind::card);
      } else {
        keep(at, phone_at(text, at), Kind::phone);
      }
    }
    at = std::max(at + 1, free_from()) - 1;
  }
  return found;
}

}  // namespace redaction

std::string redact_personal(std::string_view text) {
  constexpr std::array<std::string_view, 4> kMasks{"[email]", "[phone]", "[card]", "[iban]"};
  const auto secretless = redact(text);
  std::string out;
  std::size_t from = 0;
  for (const auto& item : redaction::find_personal(secretless)) {
    out.append(secretless, from, item.at - from);
    out += kMasks[static_cast<std::size_t>(item.kind)];
    from = item.at + item.length;
  }
  return out.append(secretless, from);
}

}  // namespace argosy
