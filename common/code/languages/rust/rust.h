// The rules of Rust: blocks in which a name begins behind its `let`, patterns that bind, generics. Which item a path means is no matter of
// files here but of modules: renaming/paths. Stateless.
#pragma once

#include "common/code/binding/project.h"
#include "common/code/binding/rules.h"

namespace argosy::code {

class RustRules final : public Rules {
 public:
  std::optional<Language> language_of(std::string_view path) const override {
    return path.ends_with(".rs") ? std::optional(Language::rust) : std::nullopt;
  }
  std::span<const std::string_view> unreadable_extensions() const override;
  std::span<const std::string_view> foreign_folders() const override;
  bool is_keyword(std::string_view name) const override;

  Model bind(const Tree& tree, std::string path) const override;
  bool is_identifier(Node node) const override;
  Use use(const Project& project, const Model& model, Node identifier) const override;
  Shape shape(const Model&, Node) const override { return {.kind = Shape::thing}; }
  bool is_string(Node node) const override { return node.is_any({"string_literal", "raw_string_literal"}); }
  StringUse string_use(const Model&, Node) const override { return {}; }
  bool is_vague_type(Node) const override { return true; }
  std::vector<std::string> resolve(const Project&, const Model&, std::string_view) const override { return {}; }
  std::string dotted_name(const Project&, const std::string&) const override { return {}; }
};

namespace rust {

// How the tokens that a macro is given are to be read.
enum class Reading : std::uint8_t {
  code,    // as the expressions that they look like
  format,  // so, too, and names in braces of its first text are variables
  any,     // nobody knows
};
// Of the outermost macro call around the node; `code` when there is none. Macros of the project count by what their patterns take.
Reading reading_of(const Project& project, Node node);

// Whether the macros that are called inside of those brackets, around the token, are such as are known to take expressions.
bool is_read_inside(Node token);

// What a token inside of a macro's brackets is.
struct Word {
  // beyond: it stands behind more segments than are followed.
  enum Kind : std::uint8_t { name, member, unsure, beyond } kind = name;
  std::vector<std::string_view> path{};  // what stands before it: a::b:: gives {"a", "b"}; {""}: what is no name
};
Word word_in(Node token);

// Where a text that a macro or an attribute is given takes the variable: "{name}", "{name:...}", "{:name$}".
struct Captures {
  std::vector<std::uint32_t> at{};  // offsets in the file
  bool sure = false;                // the macro is one of those that format; of others nobody knows what they do with the text
};
Captures captures(const Project& project, Node string, std::string_view name);

}  // namespace rust
}  // namespace argosy::code
