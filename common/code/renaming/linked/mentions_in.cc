#include "common/code/renaming/linked/mentions_in.h"

#include <algorithm>
#include <utility>

#include "common/code/binding/values.h"

namespace argosy::code::linked {
namespace {

constexpr std::string_view kUnsure = "receiver_unresolved", kAmbiguous = "symbol_ambiguous";

bool is_name(Node node) {
  return node.is_any({"identifier", "type_identifier", "namespace_identifier", "field_identifier", "statement_identifier"});
}

// Words that may stand before an expression; another word before a name makes it a declaration.
bool may_precede(std::string_view word) {
  constexpr std::string_view kWords[] = {"return", "sizeof", "case",   "else",   "do",      "struct", "union",   "enum",
                                         "throw",  "new",    "delete", "typeof", "defined", "const",  "unsigned"};
  return std::ranges::find(kWords, word) != std::end(kWords);
}

bool is_called(std::string_view text, std::size_t end) {
  while (end < text.size() && std::isspace(static_cast<unsigned char>(text[end]))) ++end;
  return end < text.size() && text[end] == '(';
}

}  // namespace

std::vector<Mention> MentionsIn::of(const Model& model) {
  model_ = &model;
  found_.clear();
  readable_.emplace(model, name_);
  for (NodeId id = 0; id < model.tree->size(); ++id) {
    const Node node = model.tree->node(id);
    if (node.is_any({"string_literal", "raw_string_literal"}) && contains_word(node.text(), name_)) string(node);
    if (node.last_id() != id) continue;
    if (node.is("preproc_arg") && contains_word(node.text(), name_))
      directive(node);
    else if (is_name(node) && node.text() == name_)
      identifier(node);
  }
  return std::move(found_);
}

void MentionsIn::identifier(Node node) {
  Mention mention{.model = model_, .at = node.start()};
  const Node parent = node.parent();
  const bool c = model_->tree->language() == Language::c;
  mention.called = is_called(model_->tree->text(), node.end());
  mention.replaced = !parent.is("preproc_params");
  const Node directive = node.around({"preproc_if", "preproc_elif"});
  const Node condition = directive ? directive.get("condition") : Node();
  mention.condition = parent.is_any({"preproc_ifdef", "preproc_elifdef", "preproc_defined"}) || (condition && condition.contains(node));
  const Node initializer = parent.is("template_method") ? parent.parent() : parent;
  const bool member = node.is_any({"field_identifier", "statement_identifier"}) && !initializer.is("field_initializer");
  if (member || parent.is("preproc_params") || parent.is_any({"namespace_definition", "nested_namespace_specifier"})) {
    // Neither a member, a label nor a namespace can be what is declared for all.
  } else if (mention.condition) {
    mention.meaning = {Meaning::declared};
  } else if (!readable_->at(node)) {
    mention.meaning = {Meaning::unsure};
    mention.code = "syntax_broken";
  } else {
    mention.tag = c && parent.is_any({"struct_specifier", "union_specifier", "enum_specifier"}) && node.field() == "name";
    const Found hit = look_up(*model_, node, name_, mention.tag ? Space::type : c ? Space::value : Space::both);
    mention.meaning = c && hit.bindings != nullptr && hit.scope != kRootScope ? Meaning{Meaning::other} : spaces_.of(*model_, node);
    mention.code = kUnsure;
    if (const Mark mark = macros_.mark_of(node); mark != Mark::kept && mention.meaning.kind != Meaning::other) {
      mention.quoted = mark == Mark::quoted;
      if (mark == Mark::glued) mention.meaning = {Meaning::unsure};
      mention.code = kAmbiguous;
    }
  }
  found_.push_back(std::move(mention));
}

// alias("name"), asm("call name"); dlsym(library, "name") and whatever may be handed on to it.
void MentionsIn::string(Node node) {
  const bool names = static_cast<bool>(node.around({"attribute_specifier", "attribute_declaration", "gnu_asm_expression"}));
  if (!names && (content_of(node.text()) != name_ || !macros_.looks_symbols_up())) return;
  for (std::size_t at = find_word(node.text(), name_); at != std::string_view::npos; at = find_word(node.text(), name_, at + 1))
    found_.push_back({.model = model_, .at = node.start() + at, .text = true});
}

void MentionsIn::directive(Node argument) {
  const Node directive = argument.parent();
  if (directive.is_any({"preproc_def", "preproc_function_def"})) return body(directive, argument);
  const auto word = directive.get("directive").text();
  if (word.ends_with("error") || word.ends_with("warning")) return;
  for (const Token& token : tokens_of(argument.text())) {
    if (token.text != name_) continue;
    const bool undefined = word.ends_with("undef");
    found_.push_back({.model = model_,
                      .at = argument.start() + token.at,
                      .meaning = {undefined ? Meaning::declared : Meaning::unsure},
                      .replaced = true,
                      .condition = undefined,
                      .code = kUnsure});
  }
}

// The body of a macro: tokens that mean what they mean where the macro is used.
void MentionsIn::body(Node definition, Node argument) {
  for (const Node parameter : definition.get("parameters") ? definition.get("parameters").children() : Children(Node()))
    if (parameter.text() == name_) return;
  const auto tokens = tokens_of(argument.text());
  const auto text_at = [&](std::size_t i) { return i < tokens.size() ? tokens[i].text : std::string_view(); };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text != name_) continue;
    const auto before = i > 0 ? text_at(i - 1) : "", after = text_at(i + 1);
    Mention mention{.model = model_,
                    .at = argument.start() + tokens[i].at,
                    .meaning = spaces_.of_macro(),
                    .called = after == "(",
                    .replaced = true,
                    .code = kAmbiguous};
    mention.tag = model_->tree->language() == Language::c && (before == "struct" || before == "union" || before == "enum");
    const bool declares = i > 0 && tokens[i - 1].word && !may_precede(before);
    const bool assigned = before == "*" && i > 1 && tokens[i - 2].word && after == "=";
    bool marked = false;
    for (std::size_t j = i, depth = 0, index = 0; j-- > 0 && !marked;) {
      const auto text = tokens[j].text;
      if (text == ")") ++depth;
      if (text == "," && depth == 0) ++index;
      if (text == "(" && depth-- == 0) {
        marked = j > 0 && tokens[j - 1].word && macros_.mark(tokens[j - 1].text, index) != Mark::kept;
        depth = index = 0;
      }
    }
    if (before == "." || before == "->")
      mention.meaning = {Meaning::other};
    else if (before == "##" || after == "##" || marked || before == "::" || before == "goto" || declares || assigned ||
             is_hidden_where_used(definition))
      mention.meaning = {Meaning::unsure};
    found_.push_back(std::move(mention));
  }
}

// Whether the macro is used in this file where a local variable has the name.
bool MentionsIn::is_hidden_where_used(Node definition) const {
  const auto macro = definition.get("name").text();
  return std::ranges::any_of(model_->scopes, [&](const Scope& scope) {
    return &scope != &model_->scopes.front() && !scope.node.is_any({"namespace_definition", "field_declaration_list"}) &&
           scope.variables.contains(name_) && contains_word(scope.node.text(), macro);
  });
}

}  // namespace argosy::code::linked
