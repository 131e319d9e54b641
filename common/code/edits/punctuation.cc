#include "common/code/edits/punctuation.h"

#include <algorithm>
#include <array>
#include <vector>

namespace argosy::code {
namespace {

struct Pair {
  std::string_view typographic, ascii;
};
constexpr auto kPairs = std::to_array<Pair>({
    {"‘", "'"},      {"’", "'"},      {"‚", "'"},      {"‛", "'"},      {"′", "'"},      {"“", "\""},     {"”", "\""},
    {"„", "\""},     {"‟", "\""},     {"″", "\""},     {"«", "\""},     {"»", "\""},     {"‐", "-"},      {"‑", "-"},
    {"‒", "-"},      {"–", "-"},      {"—", "-"},      {"―", "-"},      {"−", "-"},      {"…", "..."},    {"\u00A0", " "},
    {"\u2002", " "}, {"\u2003", " "}, {"\u2007", " "}, {"\u2009", " "}, {"\u200A", " "}, {"\u202F", " "}, {"\u3000", " "},
    {"\u200B", ""},  {"\u200C", ""},  {"\u200D", ""},  {"\u2060", ""},  {"\uFEFF", ""},  {"\u00AD", ""},
});

std::size_t width(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// A character as it stands, and as ASCII.
struct Character {
  std::string_view written, ascii;
  bool typographic() const { return written != ascii; }
};

std::vector<Character> characters(std::string_view text) {
  std::vector<Character> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto one = text.substr(at, width(text[at]));
    const auto found = one.size() == 1 ? kPairs.end() : std::ranges::find(kPairs, one, &Pair::typographic);
    out.push_back({one, found == kPairs.end() ? one : found->ascii});
    at += one.size();
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; });
}

std::string ascii(const std::vector<Character>& text, std::size_t begin, std::size_t end) {
  std::string out;
  for (std::size_t i = begin; i < end; ++i) out += text[i].ascii;
  return out;
}

// How many characters at the beginning of `ours` make the first `bytes` of its ASCII form; nothing when a character would be split.
std::optional<std::size_t> characters_in(const std::vector<Character>& ours, std::size_t bytes, bool from_the_end) {
  std::size_t count = 0;
  for (; bytes > 0 && count < ours.size(); ++count) {
    const auto size = ours[from_the_end ? ours.size() - 1 - count : count].ascii.size();
    if (size > bytes) return std::nullopt;
    bytes -= size;
  }
  return bytes == 0 ? std::optional(count) : std::nullopt;
}

}  // namespace

std::string ascii_punctuation(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  std::string out;
  for (const Character& c : characters(text)) out += c.ascii;
  return out;
}

bool is_typographic(std::string_view text) { return !is_ascii(text) && std::ranges::any_of(characters(text), &Character::typographic); }

std::string ascii_of_typographic(std::string_view text) {
  std::string out;
  for (const Character& c : characters(text))
    if (c.typographic()) out += c.ascii.substr(0, 1);
  return out;
}

std::optional<std::string> carry_over(std::string_view ours, std::string_view from, std::string_view to, bool prettified) {
  const auto file = characters(ours), old = characters(from), now = characters(to);
  const auto old_ascii = ascii(old, 0, old.size()), now_ascii = ascii(now, 0, now.size());
  // Bytes that the answer leaves as they are at both ends, between characters of ASCII or whole ones.
  std::size_t head = 0, tail = 0;
  const auto shorter = std::min(old_ascii.size(), now_ascii.size());
  while (head < shorter && old_ascii[head] == now_ascii[head]) ++head;
  while (head > 0 && head < now_ascii.size() && (static_cast<unsigned char>(now_ascii[head]) & 0xC0) == 0x80) --head;
  while (tail < shorter - head && old_ascii[old_ascii.size() - 1 - tail] == now_ascii[now_ascii.size() - 1 - tail]) ++tail;
  while (tail > 0 && (static_cast<unsigned char>(now_ascii[now_ascii.size() - tail]) & 0xC0) == 0x80) --tail;
  const auto file_head = characters_in(file, head, false), file_tail = characters_in(file, tail, true);
  const auto now_head = characters_in(now, head, false), now_tail = characters_in(now, tail, true);
  if (!file_head || !file_tail || !now_head || !now_tail) return std::nullopt;
  if (*file_head + *file_tail > file.size() || *now_head + *now_tail > now.size()) return std::nullopt;
  // What the file writes in another way within the changed middle: the answer must not write the same there, or nobody knows which is
  // meant.
  std::string unclear;
  for (std::size_t i = *file_head; i < file.size() - *file_tail; ++i)
    if (file[i].typographic()) unclear += file[i].ascii.substr(0, 1);
  std::string out;
  for (std::size_t i = 0; i < *file_head; ++i) out += file[i].written;
  for (std::size_t i = *now_head; i < now.size() - *now_tail; ++i) {
    if (!now[i].typographic() && unclear.contains(now[i].written)) return std::nullopt;
    out += prettified ? now[i].ascii : now[i].written;
  }
  for (std::size_t i = file.size() - *file_tail; i < file.size(); ++i) out += file[i].written;
  return out;
}

}  // namespace argosy::code
