// What the tokens between a macro's brackets are: the grammar leaves them as they stand.
#include <algorithm>
#include <array>

#include "common/code/languages/rust/rust.h"

namespace argosy::code::rust {
namespace {

// Of a path between a macro's brackets, where no grammar bounds it. What stands behind a longer one nobody knows.
constexpr std::size_t kMaxSegments = 64;

constexpr auto kFormat = std::to_array<std::string_view>({"print", "println", "eprint", "eprintln", "format", "format_args", "write",
                                                          "writeln", "panic", "assert", "assert_eq", "assert_ne", "debug_assert",
                                                          "debug_assert_eq", "debug_assert_ne", "unreachable", "todo", "unimplemented"});
constexpr auto kCode = std::to_array<std::string_view>({"vec", "matches", "dbg", "try", "thread_local"});

// Whether what the project's own macro takes is parsed before it is handed on: expressions, types, no bare names.
Reading reading_of_own(const Project& project, std::string_view name) {
  bool known = false, tokens = false;
  for (const std::string& path : project.sources()) {
    const Decoded* text = project.text(path);
    if (text == nullptr || !contains_word(text->text, name) || !contains_word(text->text, "macro_rules")) {
      project.forget(path);
      continue;
    }
    const Model* model = project.model(path);
    for (NodeId id = 0; model != nullptr && id < model->tree->size(); ++id) {
      const Node node = model->tree->node(id);
      if (!node.is("macro_definition") || node.get("name").text() != name) continue;
      known = true;
      tokens = tokens || contains_word(node.text(), "stringify") || contains_word(node.text(), "concat_idents") ||
               contains_word(node.text(), "paste");
      for (NodeId inner = node.id(); inner <= node.last_id(); ++inner)
        if (const Node kind = model->tree->node(inner); kind.is("fragment_specifier"))
          tokens = tokens || kind.text() == "ident" || kind.text() == "tt" || kind.text() == "item" || kind.text() == "meta";
    }
  }
  return known && !tokens ? Reading::code : Reading::any;
}

// The name of the innermost macro call around what stands in a macro's brackets; empty in an attribute.
std::string_view call_around(Node token) {
  for (Node brackets = token.parent(); brackets.is("token_tree"); brackets = brackets.parent()) {
    const Node macro = brackets.previous().is("!") ? brackets.previous().previous() : Node();
    if (macro.is("scoped_identifier")) return macro.get("name").text();
    if (macro.is("identifier")) return macro.text();
  }
  return {};
}

bool is_word(Node node) { return node.is_any({"identifier", "self", "super", "crate", "metavariable", "primitive_type"}); }

}  // namespace

Reading reading_of(const Project& project, Node node) {
  Node call;
  for (Node outer = node.parent(); outer; outer = outer.parent()) {
    if (outer.is("macro_invocation")) call = outer;
    if (outer.is("macro_definition")) return Reading::any;
  }
  if (!call) return Reading::code;
  Node macro = call.get("macro");
  if (macro.is("scoped_identifier")) macro = macro.get("name");
  if (std::ranges::find(kFormat, macro.text()) != kFormat.end()) return Reading::format;
  if (std::ranges::find(kCode, macro.text()) != kCode.end()) return Reading::code;
  const std::string name(macro.text());
  return project.remember("macro " + name, [&] { return reading_of_own(project, name) == Reading::code; }) ? Reading::code : Reading::any;
}

bool is_read_inside(Node token) {
  for (Node brackets = token.parent(); brackets.is("token_tree"); brackets = brackets.parent()) {
    if (!brackets.previous().is("!") || !brackets.parent().is("token_tree")) continue;
    const auto name = brackets.previous().previous().text();
    if (std::ranges::find(kFormat, name) == kFormat.end() && std::ranges::find(kCode, name) == kCode.end()) return false;
  }
  return true;
}

Word word_in(Node token) {
  Node before = token.previous();
  const Node after = token.next();
  if (before.is(".") && !before.previous().is(".")) return {Word::member};
  Word word;
  while (before.is("::")) {
    const Node segment = before.previous();
    if (!is_word(segment)) return {segment.is(">") ? Word::unsure : Word::name, {""}};
    if (word.path.size() == kMaxSegments) return {Word::beyond, {""}};
    word.path.insert(word.path.begin(), segment.text());
    before = segment.previous();
  }
  if (!word.path.empty()) return word;
  // name: value in a literal, name = value among the arguments.
  if (after.is(":") && (before.is("{") || before.is(","))) return {Word::member};
  if (after.is("=") && (before.is("(") || before.is(","))) return {Word::member};
  if (before.is_any({"let", "mut", "ref", "mutable_specifier", "|", "for", "fn", "struct", "enum", "const", "static", "mod", "trait",
                     "type", "@", "$", "'", "#"}) ||
      after.is("@") || after.is("|") || after.is(":"))
    return {Word::unsure};
  // { name } or { name, other }: a block or a literal.
  if ((before.is("{") || before.is(",")) && (after.is("}") || after.is(",")) && token.parent().child("{")) return {Word::unsure};
  return word;
}

Captures captures(const Project& project, Node string, std::string_view name) {
  Captures out;
  if (!string.parent().is("token_tree") || !string.text().contains(name)) return out;
  const auto macro = call_around(string);
  if (std::ranges::find(kCode, macro) != kCode.end()) return out;
  for (const Node argument : string.parent().children())
    if (argument.text() == name && argument.next().is("=")) return out;  // name = value is what the text takes
  out.sure = std::ranges::find(kFormat, macro) != kFormat.end() && reading_of(project, string) != Reading::any;
  const auto text = string.text();
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    if (text.substr(open + 1, 1) == "{") {
      ++open;  // a brace that is printed
      continue;
    }
    const auto field = text.substr(open, text.find('}', open) - open);
    if (field.substr(1, field.find(':') - 1) == name) out.at.push_back(string.start() + static_cast<std::uint32_t>(open + 1));
    // Width and precision: {:name$.name$}
    for (std::size_t at = field.find(name, field.find(':')); at != std::string_view::npos; at = field.find(name, at + 1)) {
      const bool begins = !std::isalnum(static_cast<unsigned char>(field[at - 1])) && field[at - 1] != '_';
      if (begins && field.substr(at + name.size(), 1) == "$") out.at.push_back(string.start() + static_cast<std::uint32_t>(open + at));
    }
  }
  return out;
}

}  // namespace argosy::code::rust
