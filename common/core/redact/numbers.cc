// Telephone numbers, cards and bank accounts.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "common/core/redact/personal.h"
#include "common/core/text.h"

namespace argosy::redaction {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
char at_or_space(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : ' '; }

// Not the middle of a longer number or name, nor the fraction of a number.
bool begins(std::string_view text, std::size_t at) {
  const char before = at == 0 ? ' ' : text[at - 1];
  return !is_word(before) && before != '.' && before != '-' && before != '+';
}
bool ends(std::string_view text, std::size_t at) {
  const char after = at_or_space(text, at);
  return !is_word(after) && !((after == '.' || after == '-') && is_word(at_or_space(text, at + 1)));
}

// Digits in groups, which one of `separators` stands between.
struct Grouped {
  std::string digits;
  std::vector<std::size_t> groups;  // how many digits each has
  std::size_t length = 0;           // up to the last digit
};
Grouped grouped_at(std::string_view text, std::size_t at, std::string_view separators, std::size_t most) {
  Grouped found;
  std::size_t gap = 0;  // separators since the last digit
  for (std::size_t i = at; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      if (found.digits.size() == most) return {};
      if (found.groups.empty() || gap > 0) found.groups.push_back(0);
      ++found.groups.back();
      found.digits.push_back(text[i]);
      found.length = i + 1 - at;
      gap = 0;
    } else if (separators.find(text[i]) == std::string_view::npos || ++gap > 2) {
      break;
    }
  }
  return found;
}

// ITU-T E.164: the calling codes that are assigned, by their first two digits where all that begin so are of one kind.
bool has_calling_code(std::string_view digits) {
  constexpr std::string_view kTwo =
      "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 "
      "98 ";
  constexpr std::string_view kThree = "21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99 ";
  if (digits.size() < 2 || digits[0] == '0') return false;
  if (digits[0] == '1' || digits[0] == '7') return true;
  const std::string first(digits.substr(0, 2));
  return kTwo.find(first + " ") != std::string_view::npos || kThree.find(first + " ") != std::string_view::npos;
}

constexpr std::size_t kShortestPhone = 7, kLongestPhone = 15;

// "+49 30 1234567". Without gaps it must be longer, for a sign stands before other numbers too; first in a line it is a diff's.
std::size_t international(std::string_view text, std::size_t at) {
  constexpr std::size_t kShortestSolid = 10;
  if (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '+' || text[at - 1] == ')' || text[at - 1] == '.')) return 0;
  const char next = at_or_space(text, at + 1);
  if (!is_digit(next) && !(next == '(' && is_digit(at_or_space(text, at + 2)))) return 0;
  const auto found = grouped_at(text, at + 1, " -./()", kLongestPhone);
  if (found.digits.size() < kShortestPhone || !has_calling_code(found.digits)) return 0;
  const bool solid = found.groups.size() == 1, opens_line = at == 0 || text[at - 1] == '\n';
  if (solid && (opens_line || found.digits.size() < kShortestSolid)) return 0;
  // Numbers one after the other are data: a telephone number has a few groups of several digits.
  if (std::ranges::count_if(found.groups, [](std::size_t size) { return size == 1; }) > 2 || found.groups.size() > 7) return 0;
  const auto end = at + 1 + found.length;
  const bool decimal = found.groups.size() == 2 && text.substr(at, end - at).find('.') != std::string_view::npos;
  return !decimal && ends(text, end) ? end - at : 0;
}

// North America's: "(212) 555-0123", "212-555-0123", "212.555.0123", "1-800-555-0123".
std::size_t north_american(std::string_view text, std::size_t at) {
  if (!begins(text, at)) return 0;
  const bool in_brackets = text[at] == '(';
  const auto found = grouped_at(text, at + (in_brackets ? 1 : 0), in_brackets ? " -.)" : "-.", 11);
  auto groups = found.groups;
  std::string_view digits = found.digits;
  if (!in_brackets && groups.size() == 4 && groups[0] == 1 && digits[0] == '1') groups.erase(groups.begin()), digits.remove_prefix(1);
  if (groups != std::vector<std::size_t>{3, 3, 4} || digits[0] < '2' || digits[3] < '2') return 0;
  if (in_brackets && at_or_space(text, at + 4) != ')') return 0;
  const auto end = at + (in_brackets ? 1 : 0) + found.length;
  return ends(text, end) ? end - at : 0;
}

// What a person wrote down as one: "Tel.: 030 1234567".
bool follows_a_label(std::string_view text, std::size_t at) {
  constexpr auto kLabels =
      std::to_array<std::string_view>({"tel", "telephone", "phone", "mobile", "cell", "fax", "telefon", "handy", "mobil", "whatsapp"});
  constexpr std::size_t kFurthest = 4, kLongest = 10;
  std::size_t end = at;
  while (end > 0 && at - end < kFurthest && std::string_view(" .:=\"'(#").find(text[end - 1]) != std::string_view::npos) --end;
  if (end == at) return false;
  std::string word;
  for (std::size_t i = end; i > 0 && is_word(text[i - 1]); --i) {
    if (word.size() == kLongest) return false;
    word.insert(word.begin(), static_cast<char>(std::tolower(static_cast<unsigned char>(text[i - 1]))));
  }
  return std::ranges::find(kLabels, word) != kLabels.end();
}

std::size_t labelled(std::string_view text, std::size_t at) {
  if (!follows_a_label(text, at)) return 0;
  const std::size_t start = text[at] == '+' || text[at] == '(' ? 1 : 0;
  const auto found = grouped_at(text, at + start, " -./()", kLongestPhone);
  if (found.digits.size() < kShortestPhone - 1) return 0;
  return ends(text, at + start + found.length) ? start + found.length : 0;
}

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int value = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return sum % 10 == 0;
}

// First digits that networks have, and how long their numbers are.
struct Network {
  std::int64_t from, to;  // the first four digits
  std::size_t shortest, longest;
};
constexpr auto kNetworks = std::to_array<Network>({
    {4000, 4999, 13, 19},  // Visa
    {5100, 5599, 16, 16},  // Mastercard
    {2221, 2720, 16, 16},
    {3400, 3499, 15, 15},  // American Express
    {3700, 3799, 15, 15},
    {6011, 6011, 16, 19},  // Discover
    {6440, 6599, 16, 19},
    {3528, 3589, 16, 19},  // JCB
    {3000, 3059, 14, 19},  // Diners Club
    {3600, 3699, 14, 19},
    {3800, 3999, 14, 19},
    {6200, 6299, 16, 19},  // UnionPay
    {5018, 5018, 13, 19},  // Maestro
    {5020, 5020, 13, 19},
    {5038, 5038, 13, 19},
    {5893, 5893, 13, 19},
    {6304, 6304, 13, 19},
    {6759, 6763, 13, 19},
});

struct Country {
  std::string_view code;
  std::size_t length;
};
// ISO 13616, the registry's lengths.
constexpr auto kCountries = std::to_array<Country>({
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22}, {"BI", 27}, {"BR", 29},
    {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29},
    {"ES", 24}, {"FI", 18}, {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28},
    {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20},
    {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19},
    {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24}, {"PL", 28}, {"PS", 29},
    {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24}, {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24},
    {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30}, {"AX", 18}, {"BL", 27}, {"GF", 27}, {"GP", 27}, {"MF", 27}, {"MQ", 27}, {"NC", 27}, {"PF", 27}, {"PM", 27}, {"RE", 27},
    {"TF", 27}, {"WF", 27}, {"YT", 27},
});

// ISO 7064: the country and the check digits behind the rest, letters as 10 to 35.
bool passes_mod_97(std::string_view iban) {
  int rest = 0;
  for (std::size_t i = 0; i < iban.size(); ++i) {
    const char c = iban[(i + 4) % iban.size()];
    rest = is_digit(c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
  }
  return rest == 1;
}

}  // namespace

std::size_t phone_at(std::string_view text, std::size_t at) {
  const std::size_t plain = text[at] == '+' ? international(text, at) : north_american(text, at);
  return plain > 0 ? plain : labelled(text, at);
}

std::size_t card_at(std::string_view text, std::size_t at) {
  constexpr std::size_t kLongest = 19;
  if (!begins(text, at)) return 0;
  const auto found = grouped_at(text, at, " -", kLongest);
  const auto& groups = found.groups;
  if (found.digits.size() < 13 || !ends(text, at + found.length)) return 0;
  const bool in_fours = std::all_of(groups.begin(), groups.end() - 1, [](std::size_t size) { return size == 4; }) && groups.back() <= 4;
  const bool as_printed = groups.size() == 3 && groups[0] == 4 && groups[1] == 6;  // American Express, Diners Club
  if (groups.size() > 1 && !in_fours && !as_printed) return 0;
  const auto first = text::to_int(std::string_view(found.digits).substr(0, 4)).value_or(0);
  const bool known = std::ranges::any_of(kNetworks, [&](const Network& network) {
    return first >= network.from && first <= network.to && found.digits.size() >= network.shortest &&
           found.digits.size() <= network.longest;
  });
  return known && passes_luhn(found.digits) ? found.length : 0;
}

std::size_t iban_at(std::string_view text, std::size_t at) {
  if (!begins(text, at) || at + 4 > text.size() || !is_upper(text[at + 1]) || !is_digit(text[at + 2]) || !is_digit(text[at + 3])) return 0;
  const auto country = std::ranges::find(kCountries, text.substr(at, 2), &Country::code);
  if (country == kCountries.end()) return 0;
  std::string iban;
  std::size_t i = at;
  for (; i < text.size() && iban.size() < country->length; ++i) {
    const char c = text[i];
    if (is_digit(c) || is_upper(c)) {
      iban.push_back(c);
    } else if ((c != ' ' && c != '-') || iban.size() % 4 != 0) {
      return 0;
    }
  }
  return iban.size() == country->length && ends(text, i) && passes_mod_97(iban) ? i - at : 0;
}

}  // namespace argosy::redaction
