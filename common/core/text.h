// Small text helpers that several rooms need. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace argosy::text {

std::vector<std::string_view> split(std::string_view text, char separator);  // "a,,b" gives three parts; views into `text`
std::vector<std::string_view> lines(std::string_view text);                  // without their \n or \r\n; no empty last line
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);  // ASCII white space at both ends
std::string lower(std::string_view text);      // of ASCII letters, whatever the locale
bool is_utf8(std::string_view text);           // strict: no surrogates, no overlong forms
std::string to_utf8(std::string_view text);    // invalid bytes become U+FFFD
// Strangers' words for a terminal: control characters but tab and line feed become "?", so that none moves its cursor or hides a line.
std::string for_terminal(std::string_view text);
// At most `max_bytes` bytes, cut between characters, with "…" when something was cut.
std::string ellipsize(std::string_view text, std::size_t max_bytes);
// Lower-case ASCII letters, digits and single dashes, at most `max` long; "task" when nothing is left. For branch names.
std::string slug(std::string_view text, std::size_t max);
std::string hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);
std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);  // padded, standard alphabet
std::optional<std::int64_t> to_int(std::string_view text);      // the whole text, decimal, optional minus
// Shell-like glob over a path: * and ? stay inside one path part, ** crosses parts. "legacy/" covers all below it.
bool path_matches(std::string_view pattern, std::string_view path);
// Whether a path could match both patterns; yes, where patterns are so intricate that it takes long to see.
bool globs_may_meet(std::string_view a, std::string_view b);
// Whether `outer` covers all that `inner` matches, as far as examples show: none is passed over that differs in more than the length of
// what a wildcard stands for.
bool glob_within(std::string_view inner, std::string_view outer);

}  // namespace argosy::text
