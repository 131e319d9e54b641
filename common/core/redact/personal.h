// Personal data in text: e-mail addresses, telephone numbers, payment cards, bank accounts. What redact_personal() masks; found by shape,
// and by check digits where there are any, so that code stays readable. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace argosy::redaction {

enum class Kind : std::uint8_t { email, phone, card, iban };

struct Item {
  std::size_t at = 0, length = 0;
  Kind kind = Kind::email;
};

// In their order, without overlaps. Time grows with the length of the text, whatever it holds.
std::vector<Item> find_personal(std::string_view text);

// The longest one of a kind that begins at `at`, as its length; 0: none does. Internal to find_personal().
std::size_t phone_at(std::string_view text, std::size_t at);  // E.164, NANP (NXX-NXX-XXXX), or after a word such as "tel"
std::size_t card_at(std::string_view text, std::size_t at);   // ISO/IEC 7812: Luhn, known prefixes
std::size_t iban_at(std::string_view text, std::size_t at);   // ISO 13616: length by country, mod 97

}  // namespace argosy::redaction
