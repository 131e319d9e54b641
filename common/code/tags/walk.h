// One pass over a parsed source, or over a piece of one, that gives its tags. The rules of the language say what a node means; hooks of
// languages call back what they found. Used by reader.h. One thread.
#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/tags/raw_tags.h"
#include "common/code/tags/rules.h"

namespace argosy::code {

class Walk {
 public:
  struct Scope {
    std::string_view name;  // empty: it opens something that has none
    std::uint32_t depth = 0;
    TagKind kind = TagKind::module;
    Opens opens = Opens::members;
    bool exported = true;  // what stands in it can be, as far as it goes
    std::uint32_t spelled = 0;
    bool is_spelled = false;
  };

  // `text` is the piece, which begins `lines` lines behind the start of the file.
  Walk(const LanguageRules& rules, std::string_view text, std::uint32_t lines, RawTags& out)
      : rules_(rules), text_(text), lines_(lines), out_(out) {}

  // The tags of the root's children before the byte.
  void run(TSNode root, std::uint32_t end);

  // --- for hooks and the rules of visibility ---
  std::string_view text(TSNode node) const;  // of no node: empty
  std::uint32_t line(TSNode node) const { return lines_ + ts_node_start_point(node).row + 1; }
  TSNode get(TSNode node, std::string_view field) const;  // null: there is none
  TSNode child(TSNode node, std::string_view kind) const;
  bool is(TSNode node, std::string_view kind) const { return !ts_node_is_null(node) && kind == ts_node_type(node); }

  // The scope around what is read now; the outermost has no name.
  const Scope& scope() const { return scopes_.back(); }
  Scope& scope() { return scopes_.back(); }
  bool in_code() const { return scopes_.back().opens == Opens::code; }
  const Rule& parent() const { return *above_.back(); }              // of what is read now
  std::uint32_t scope_id();                                          // spelled out, into RawTags::scopes
  std::uint32_t spell(std::uint32_t around, std::string_view name);  // the scope "name" or "a::name" in another, 0: in none

  // The node of `whole` defines the name; `scope`: another one than that around it.
  void define(TSNode whole, TSNode name, TagKind kind) { define(whole, name, kind, scope_id()); }
  void define(TSNode whole, TSNode name, TagKind kind, std::uint32_t scope);
  // What is inside of the node that is read now stands in this scope.
  void open(std::string_view name, TagKind kind, Opens opens, bool exported);
  // A name that is no use of one.
  void declare(TSNode name);
  void called(TSNode callee);  // the name that the node ends with
  void import(ImportLine line) { out_.imports.push_back(std::move(line)); }
  RawTags& out() { return out_; }
  const LanguageRules& rules() const { return rules_; }

 private:
  bool enter(TSNode node, const Rule& rule);  // whether its children are to be read
  void use(TSNode node);
  bool is_declared(std::uint32_t start);

  const LanguageRules& rules_;
  std::string_view text_;
  std::uint32_t lines_;
  RawTags& out_;
  TSTreeCursor cursor_{};
  std::uint32_t depth_ = 0;
  std::vector<const Rule*> above_;  // by depth
  std::vector<Scope> scopes_{Scope{}};
  std::set<std::uint32_t> declared_;  // first bytes of names to come
  std::vector<std::uint32_t> calls_;  // last bytes of called names to come, the nearest at the end
  bool first_is_callee_ = false;
};

// Where a definition's line begins to say something, bounded.
std::string_view signature_at(std::string_view text, std::uint32_t name, std::uint32_t whole);

}  // namespace argosy::code
