// Globs over paths: what one matches, and what two have to do with each other.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/core/text.h"

namespace argosy::text {
namespace {

// Of states of two patterns. Real ones, mostly letters, part or meet long before; whoever writes others is not worth a second of our time.
constexpr std::size_t kMostPairs = 2'000;

struct Token {
  enum Kind { literal, any_one, any_in_part, any_folders, anything } kind = literal;
  char character = 0;
};

std::vector<Token> tokens_of(std::string_view pattern) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '?') {
      tokens.push_back({Token::any_one});
    } else if (c == '*' && pattern.substr(i).starts_with("**/") && (i == 0 || pattern[i - 1] == '/')) {
      tokens.push_back({Token::any_folders});
      i += 2;
    } else if (c == '*' && pattern.substr(i).starts_with("**")) {
      tokens.push_back({Token::anything});
      i += 1;
    } else if (c == '*') {
      tokens.push_back({Token::any_in_part});
    } else {
      tokens.push_back({Token::literal, c});
    }
  }
  if (pattern.ends_with('/')) tokens.push_back({Token::anything});
  return tokens;
}

// What a step of a pattern takes: one character of a kind.
struct Taken {
  enum Kind { nothing, literal, in_part, any, slash } kind = nothing;
  char character = 0;
};

bool in_common(const Taken& a, const Taken& b) {
  if (a.kind == Taken::any || b.kind == Taken::any) return true;
  if (a.kind == Taken::in_part && b.kind == Taken::in_part) return true;
  if (a.kind == Taken::in_part || b.kind == Taken::in_part) {
    const auto& other = a.kind == Taken::in_part ? b : a;
    return other.kind == Taken::literal && other.character != '/';
  }
  const auto character = [](const Taken& one) { return one.kind == Taken::slash ? '/' : one.character; };
  return character(a) == character(b);
}

// A pattern as an automaton: state 2*i stands before token i, 2*i+1 inside of the folders that token i stands for.
class Walk {
 public:
  explicit Walk(std::string_view pattern) : tokens_(tokens_of(pattern)) {}
  std::size_t states() const { return 2 * tokens_.size() + 1; }
  std::size_t end() const { return 2 * tokens_.size(); }

  // Calls take(what, next) for each way on; `nothing` is a way without a character.
  template <class Take>
  void ways(std::size_t state, Take&& take) const {
    if (state >= end()) return;
    const Token& token = tokens_[state / 2];
    const auto next = state / 2 * 2 + 2;
    switch (token.kind) {
      case Token::literal:
        return take(Taken{Taken::literal, token.character}, next);
      case Token::any_one:
        return take(Taken{Taken::in_part}, next);
      case Token::any_in_part:
        take(Taken{}, next);
        return take(Taken{Taken::in_part}, state);
      case Token::any_folders:
        if (state % 2 == 0) take(Taken{}, next);
        take(Taken{Taken::slash}, next);
        return take(Taken{Taken::any}, state / 2 * 2 + 1);
      case Token::anything:
        take(Taken{}, next);
        return take(Taken{Taken::any}, state);
    }
  }

 private:
  std::vector<Token> tokens_;
};

// `pattern` with its wildcards filled in; the fillings hold a character that only a wildcard of another pattern can match.
std::string example(std::string_view pattern, std::string_view in_part, std::string_view folders, std::string_view anything) {
  std::string path;
  for (const Token& token : tokens_of(pattern)) {
    if (token.kind == Token::literal) path += token.character;
    if (token.kind == Token::any_one) path += '\1';
    if (token.kind == Token::any_in_part) path += in_part;
    if (token.kind == Token::any_folders) path += folders;
    if (token.kind == Token::anything) path += anything;
  }
  return path;
}

}  // namespace

bool path_matches(std::string_view pattern, std::string_view path) {
  // reach[i]: the tokens so far match the first i characters. One row per token keeps the cost at pattern times path: a pattern of many
  // stars cannot make it explode.
  std::vector<bool> reach(path.size() + 1, false);
  reach[0] = true;
  for (const Token& token : tokens_of(pattern)) {
    std::vector<bool> after(path.size() + 1, false);
    bool open = false;  // a start of this token lies behind us and the token may still grow
    for (std::size_t i = 0; i <= path.size(); ++i) {
      const char last = i > 0 ? path[i - 1] : '\0';
      switch (token.kind) {
        case Token::literal:
          after[i] = i > 0 && reach[i - 1] && last == token.character;
          break;
        case Token::any_one:
          after[i] = i > 0 && reach[i - 1] && last != '/';
          break;
        case Token::any_in_part:
          open = reach[i] || (open && last != '/');
          after[i] = open;
          break;
        case Token::any_folders:
          after[i] = reach[i] || (open && last == '/');
          open = open || reach[i];
          break;
        case Token::anything:
          open = open || reach[i];
          after[i] = open;
          break;
      }
    }
    reach = std::move(after);
  }
  return reach[path.size()];
}

bool globs_may_meet(std::string_view a, std::string_view b) {
  const Walk left(a), right(b);
  std::vector<bool> seen(left.states() * right.states(), false);
  std::vector<std::pair<std::size_t, std::size_t>> todo;
  std::size_t looked_at = 0;
  const auto go = [&](std::size_t i, std::size_t j) {
    if (seen[i * right.states() + j]) return;
    seen[i * right.states() + j] = true;
    todo.emplace_back(i, j);
  };
  go(0, 0);
  while (!todo.empty()) {
    const auto [i, j] = todo.back();
    todo.pop_back();
    if (i == left.end() && j == right.end()) return true;
    if (++looked_at > kMostPairs) return true;
    left.ways(i, [&, j = j](const Taken& mine, std::size_t i_next) {
      if (mine.kind == Taken::nothing) return go(i_next, j);
      right.ways(j, [&](const Taken& theirs, std::size_t j_next) {
        if (theirs.kind != Taken::nothing && in_common(mine, theirs)) go(i_next, j_next);
      });
    });
    right.ways(j, [&, i = i](const Taken& theirs, std::size_t j_next) {
      if (theirs.kind == Taken::nothing) go(i, j_next);
    });
  }
  return false;
}

bool glob_within(std::string_view inner, std::string_view outer) {
  constexpr std::array<std::array<std::string_view, 3>, 3> kFillings{
      {{"\1", "\1/\1/", "\1/\1"}, {"\1\1", "\1/", "\1"}, {"\1", "", "\1/\1/\1"}}};
  return std::ranges::all_of(kFillings, [&](const auto& f) { return path_matches(outer, example(inner, f[0], f[1], f[2])); });
}

}  // namespace argosy::text
