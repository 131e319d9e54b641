#include "common/code/syntax/tree.h"

#include <tree_sitter/api.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "common/code/syntax/grammars.h"
#include "common/code/syntax/kept_parses.h"
#include "common/code/syntax/parse.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::uint16_t kErrorKind = static_cast<TSSymbol>(-1);

// The grammar with its names as views, so that comparing a kind needs no strlen.
struct Grammar {
  const TSLanguage* language;
  std::vector<std::string_view> kinds, fields;

  explicit Grammar(const TSLanguage* from) : language(from), fields{""} {
    for (std::uint32_t i = 0; i < ts_language_symbol_count(from); ++i)
      kinds.emplace_back(ts_language_symbol_name(from, static_cast<TSSymbol>(i)));
    for (std::uint32_t i = 1; i <= ts_language_field_count(from); ++i)
      fields.emplace_back(ts_language_field_name_for_id(from, static_cast<TSFieldId>(i)));
  }
};

const Grammar& grammar(Language language) {
  static const auto grammars = [] {
    std::vector<Grammar> all;
    for (std::size_t i = 0; i < kLanguages; ++i) all.emplace_back(grammar_of(static_cast<Language>(i)));
    return all;
  }();
  return grammars[static_cast<std::size_t>(language)];
}

struct Cursor {
  TSTreeCursor it;
  explicit Cursor(TSNode root) : it(ts_tree_cursor_new(root)) {}
  ~Cursor() { ts_tree_cursor_delete(&it); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
};

// Between two places that are counted from the text's beginning.
constexpr std::size_t kMarkBytes = 4096;

// The spot at `to`, from the one at `from`.
Tree::Spot counted(std::string_view text, Tree::Spot spot, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    if (text[i] == '\n')
      spot = {.line = spot.line + 1, .column = 1, .line_start = i + 1};
    else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
      ++spot.column;
  }
  return spot;
}

}  // namespace

Tree::Tree(Language language, std::string text) : language_(language), text_(std::move(text)) {
  marks_.push_back({});
  for (std::size_t at = kMarkBytes; at < text_.size(); at += kMarkBytes)
    marks_.push_back(counted(text_, marks_.back(), at - kMarkBytes, at));
}

Tree::Spot Tree::spot(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const std::size_t mark = std::min(offset / kMarkBytes, marks_.size() - 1);
  return counted(text_, marks_[mark], mark * kMarkBytes, offset);
}

Result<Tree> Tree::parse(Language language, std::string text) { return parse(language, std::move(text), kept_parses()); }

Result<Tree> Tree::parse(Language language, std::string text, KeptParses& kept) {
  if (text.size() > kMaxSourceBytes) return fail_user("source_too_large", "the file is too large to be parsed");
  if (text.find('\0') != std::string::npos || !text::is_utf8(text)) return fail_user("source_unreadable", "the file is not text");
  auto parsed = kept.find(language, text);
  if (parsed == nullptr) {
    ARGOSY_TRY(parsed, Parser(language).parse(text));
  }
  Tree tree(language, std::move(text));

  Cursor cursor(ts_tree_root_node(parsed.get()));
  std::vector<NodeId> open;  // the nodes around the cursor
  for (;;) {
    const TSNode node = ts_tree_cursor_current_node(&cursor.it);
    const auto id = static_cast<NodeId>(tree.records_.size());
    const TSSymbol symbol = ts_node_symbol(node);
    tree.records_.push_back({ts_node_start_byte(node), ts_node_end_byte(node), open.empty() ? kNoNode : open.back(), id, symbol,
                             ts_tree_cursor_current_field_id(&cursor.it), ts_node_is_named(node)});
    if (symbol == kErrorKind || ts_node_is_missing(node)) tree.errors_.push_back(id);
    if (ts_tree_cursor_goto_first_child(&cursor.it)) {
      open.push_back(id);
      if (open.size() > kMaxDepth) return fail_user("source_too_deep", "the file is nested too deeply");
      continue;
    }
    while (!ts_tree_cursor_goto_next_sibling(&cursor.it)) {
      if (open.empty()) return tree;
      ts_tree_cursor_goto_parent(&cursor.it);
      tree.records_[open.back()].last = static_cast<NodeId>(tree.records_.size() - 1);
      open.pop_back();
    }
  }
}

Node Tree::at(std::uint32_t start, std::uint32_t end) const {
  Node best = root();
  for (bool deeper = true; deeper;) {
    deeper = false;
    for (Node child : best.children()) {
      if (child.start() > start || child.end() < end) continue;
      best = child;
      deeper = true;
      break;
    }
  }
  return best;
}

namespace {

// What holds statements of a file's top level, at any depth: directives of C, namespaces, modules of Rust.
bool holds_statements(Node node) {
  return node.is_any({"preproc_ifdef", "preproc_if", "preproc_else", "preproc_elif", "preproc_elifdef", "linkage_specification",
                      "namespace_definition", "mod_item"}) ||
         (node.is("declaration_list") && node.parent().is_any({"linkage_specification", "namespace_definition", "mod_item"}));
}

// EXPORT int f() {}: a word before a function that some macro explains. What follows is read well.
bool is_decoration(Node error) {
  const Node definition = error.parent();
  const Node declarator = definition.is("function_definition") ? definition.get("declarator") : Node();
  if (!error.is("ERROR") || !declarator || error.start() > declarator.start()) return false;
  for (NodeId id = error.id() + 1; id <= error.last_id(); ++id)
    if (!error.tree().node(id).is_any({"identifier", "primitive_type", "type_identifier"})) return false;
  return true;
}

}  // namespace

bool Tree::clean_around(Node node) const {
  if (errors_.empty()) return true;
  if (records_[0].kind == kErrorKind) return false;
  for (Node outer = node.parent(); outer; outer = outer.parent())
    if (outer.is("ERROR")) return false;
  while (node.parent() && node.parent().id() != 0 && !holds_statements(node.parent())) node = node.parent();
  for (auto error = std::ranges::lower_bound(errors_, node.id()); error != errors_.end() && *error <= node.last_id(); ++error)
    if (!is_decoration(this->node(*error))) return false;
  return true;
}

std::string_view Node::kind() const {
  if (tree_ == nullptr) return {};
  const auto kind = tree_->records_[id_].kind;
  return kind == kErrorKind ? std::string_view("ERROR") : grammar(tree_->language_).kinds[kind];
}

std::string_view Node::field() const {
  return tree_ == nullptr ? std::string_view() : grammar(tree_->language_).fields[tree_->records_[id_].field];
}

std::string_view Node::text() const {
  return tree_ == nullptr ? std::string_view() : std::string_view(tree_->text_).substr(start(), end() - start());
}

bool Node::named() const { return tree_ != nullptr && tree_->records_[id_].named; }

bool Node::is_any(std::initializer_list<std::string_view> kinds) const { return std::ranges::find(kinds, kind()) != kinds.end(); }

std::uint32_t Node::start() const { return tree_ == nullptr ? 0 : tree_->records_[id_].start; }

std::uint32_t Node::end() const { return tree_ == nullptr ? 0 : tree_->records_[id_].end; }

Node Node::parent() const {
  if (tree_ == nullptr || tree_->records_[id_].parent == kNoNode) return {};
  return {tree_, tree_->records_[id_].parent};
}

NodeId Node::last_id() const { return tree_ == nullptr ? 0 : tree_->records_[id_].last; }

Children Node::children() const { return Children(tree_ != nullptr && last_id() > id_ ? Node(tree_, id_ + 1) : Node()); }

Node Node::next() const {
  const Node above = parent();
  return above && last_id() < above.last_id() ? Node(tree_, last_id() + 1) : Node();
}

Node Node::previous() const {
  const Node above = parent();
  if (!above || above.id_ + 1 == id_) return {};
  // What stands right before in reading order is the last of the sibling's: from there up, which no row of siblings makes longer.
  Node before(tree_, id_ - 1);
  while (before.parent() != above) before = before.parent();
  return before;
}

Node Node::get(std::string_view field) const {
  for (Node child : children())
    if (child.field() == field) return child;
  return {};
}

Node Node::child(std::string_view kind) const {
  for (Node child : children())
    if (child.is(kind)) return child;
  return {};
}

Node Node::named_child(std::size_t index) const {
  for (Node child : children()) {
    if (!child.named()) continue;
    if (index-- == 0) return child;
  }
  return {};
}

Node Node::around(std::initializer_list<std::string_view> kinds) const {
  for (Node node = parent(); node; node = node.parent())
    if (node.is_any(kinds)) return node;
  return {};
}

}  // namespace argosy::code
