// The statements of JavaScript and TypeScript that take something from another module, piece by piece, and how a file writes them. Pure;
// nodes live as long as their tree.
#pragma once

#include <string>
#include <vector>

#include "common/code/binding/project.h"

namespace argosy::code::es {

struct Specifier {
  Node node;   // all of it
  Node name;   // what is taken
  Node alias;  // or null
  bool type = false;
};

// import ... from "m", export { a } from "m", export * from "m", export * as n from "m"
struct FromStatement {
  Node node, source;
  Node plain{}, space{}, clause{};  // import plain, * as space, { clause }
  std::vector<Specifier> names{};
  bool exports = false, type = false;
  std::string module() const { return std::string(content_of(source.text())); }
  bool is_star() const { return exports && !clause && !space; }
};

// Those at the file's root, in its order.
std::vector<FromStatement> from_statements(const Model& model);
// Whether the file's root imports or exports as modules of ECMAScript do.
bool is_es_module(const Model& model);
// Whether the file is of TypeScript, where types are imported apart.
bool is_typed(const Model& model);

// How imports are written: like the first of `models` that has one.
struct ImportStyle {
  std::string quote = "\"", end = ";", gap = " ";
};
ImportStyle style_of(const std::vector<const Model*>& models);

// The start of the line behind the imports at the head; without any, behind directives and what a file says about itself.
std::size_t behind_head(const Model& model);
// Where the line of a place begins, and where the next line does.
std::size_t line_begin(std::string_view text, std::size_t at);
std::size_t line_behind(std::string_view text, std::size_t at);

}  // namespace argosy::code::es
