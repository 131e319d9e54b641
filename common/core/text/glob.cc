// Globs over paths.
#include <vector>

#include "common/core/text.h"

namespace argosy::text {
namespace {

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

}  // namespace argosy::text
