// A top-level definition of JavaScript or TypeScript as a piece of text, and what it takes from its file. One thread.
#pragma once

#include <string>
#include <vector>

#include "common/code/moving/rewriter.h"

namespace argosy::code::es {

// Its statements (overloads, a type beside a value of the same name) with the comments right above and the rest of the last line.
struct MovedPiece {
  const Model* model = nullptr;
  std::vector<Node> statements;
  std::size_t start = 0, end = 0;
  bool type_only = false;  // interfaces and type aliases: gone when the program runs
  bool hoisted = false;    // functions and types: there before anything of their file runs
  bool contains(std::size_t at) const { return at >= start && at < end; }
};

// Errors (B): symbol_not_found, symbol_ambiguous (a default export, a part of a larger statement, something set again).
Result<MovedPiece> find_piece(const Model& model, const std::string& name);

// What would happen at another time when the piece is loaded with another file: calls, `new`, await. Literals, functions and what the
// language itself makes of them are none.
std::vector<Node> effects_of(const Model& model, const MovedPiece& piece);

// One name that the piece takes from its file's root.
struct Taken {
  std::string name;
  Node use;  // the first
  const std::vector<Binding>* bindings = nullptr;
};

// In the order of use. Refused: names that only this file has, variables that the piece sets, paths and words that mean the file itself.
std::vector<Taken> taken_by(const Rules& rules, const Project& project, const MovedPiece& piece, const std::string& name,
                            Rewriter& rewriter);
// Names that the piece takes from nowhere in the file: the language's.
std::vector<std::string> free_names(const Rules& rules, const Project& project, const MovedPiece& piece);

// Whether the identifier is set where it stands: x = 1, x += 1, x++.
bool is_written(Node identifier);

}  // namespace argosy::code::es
