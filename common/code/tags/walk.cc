#include "common/code/tags/walk.h"

#include <algorithm>

#include "common/core/text.h"

namespace argosy::code {

std::string_view Walk::text(TSNode node) const {
  if (ts_node_is_null(node)) return {};
  const auto start = ts_node_start_byte(node);
  return text_.substr(start, ts_node_end_byte(node) - start);
}

TSNode Walk::get(TSNode node, std::string_view field) const {
  return ts_node_child_by_field_name(node, field.data(), static_cast<std::uint32_t>(field.size()));
}

TSNode Walk::child(TSNode node, std::string_view kind) const {
  TSTreeCursor cursor = ts_tree_cursor_new(node);
  TSNode found{};
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more && ts_node_is_null(found);
       more = ts_tree_cursor_goto_next_sibling(&cursor))
    if (const TSNode one = ts_tree_cursor_current_node(&cursor); ts_node_is_named(one) && is(one, kind)) found = one;
  ts_tree_cursor_delete(&cursor);
  return found;
}

// A scope that would be longer than any person nests is that around it: spelled out, each level costs what all around it do.
std::uint32_t Walk::spell(std::uint32_t around, std::string_view name) {
  if (out_.scopes[around].size() + name.size() > kMaxScope) return around;
  std::string scope = around == 0 ? "" : out_.scopes[around] + ".";
  // "A<T>::B" is A.B.
  int arguments = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '<') ++arguments;
    if (arguments == 0) scope += name.substr(i, 2) == "::" ? (++i, '.') : name[i];
    if (name[i] == '>') --arguments;
  }
  out_.scopes.push_back(std::move(scope));
  return static_cast<std::uint32_t>(out_.scopes.size() - 1);
}

std::uint32_t Walk::scope_id() {
  std::size_t known = scopes_.size() - 1;
  while (known > 0 && !scopes_[known].is_spelled) --known;
  for (std::size_t i = known + 1; i < scopes_.size(); ++i) {
    Scope& here = scopes_[i];
    const std::uint32_t around = scopes_[i - 1].spelled;
    here.spelled = around;
    if (!here.name.empty()) here.spelled = spell(around, here.name);
    here.is_spelled = true;
  }
  return scopes_.back().spelled;
}

void Walk::open(std::string_view name, TagKind kind, Opens opens, bool exported) {
  // Members of what is local are local.
  if (in_code()) opens = Opens::code;
  scopes_.push_back({.name = name, .depth = depth_, .kind = kind, .opens = opens, .exported = exported && scope().exported});
}

std::string_view signature_at(std::string_view text, std::uint32_t name, std::uint32_t whole) {
  std::size_t start = name;
  const std::size_t limit = name > kMaxSignature / 2 ? name - kMaxSignature / 2 : 0;
  while (start > limit && text[start - 1] != '\n') --start;
  if (start == limit && limit > 0 && text[start - 1] != '\n') start = std::max<std::size_t>(whole, limit);
  auto line = text.substr(start, kMaxSignature);
  line = text::trim(line.substr(0, line.find_first_of("\r\n")));
  while (!line.empty() && (static_cast<unsigned char>(line.front()) & 0xc0) == 0x80) line.remove_prefix(1);
  while (line.size() + 4 > kMaxSignature && (static_cast<unsigned char>(line.back()) & 0x80) != 0) line.remove_suffix(1);
  if (line.ends_with('{')) line = text::trim(line.substr(0, line.size() - 1));
  return line;
}

void Walk::define(TSNode whole, TSNode name, TagKind kind, std::uint32_t scope) {
  if (ts_node_is_null(name)) return;
  const auto word = text(name);
  if (word.empty()) return;  // a token that the grammar had to invent
  declare(name);
  const auto start = ts_node_start_byte(name);
  const auto at = std::min(start, ts_node_start_byte(whole));
  const TSPoint end = ts_node_end_point(whole);
  out_.definitions.push_back({.name = word,
                              .signature = signature_at(text_, start, at),
                              .scope = scope,
                              .line = line(name),
                              .end_line = lines_ + end.row + (end.column == 0 ? 0 : 1),  // a line's end belongs to it
                              .kind = kind,
                              .exported = !in_code() && this->scope().exported && rules_.exported(*this, whole, word)});
}

void Walk::declare(TSNode name) {
  if (!ts_node_is_null(name)) declared_.insert(ts_node_start_byte(name));
}

void Walk::called(TSNode callee) {
  if (!ts_node_is_null(callee)) calls_.push_back(ts_node_end_byte(callee));
}

bool Walk::is_declared(std::uint32_t start) {
  const bool found = declared_.contains(start);
  declared_.erase(declared_.begin(), declared_.upper_bound(start));
  return found;
}

void Walk::use(TSNode node) {
  const auto start = ts_node_start_byte(node), end = ts_node_end_byte(node);
  const bool declared = !declared_.empty() && is_declared(start);
  while (!calls_.empty() && calls_.back() < end) calls_.pop_back();
  const bool call = !calls_.empty() && calls_.back() == end;
  if (call) calls_.pop_back();
  if (declared || start == end) return;
  out_.references.push_back({.name = text_.substr(start, end - start), .line = line(node), .call = call});
}

bool Walk::enter(TSNode node, const Rule& rule) {
  if (first_is_callee_) {
    first_is_callee_ = false;
    called(node);
  }
  switch (rule.does) {
    case Does::nothing:
    case Does::declare:
      return true;
    case Does::skip:
      return false;
    case Does::name: {
      const Rule& parent = *above_.back();
      if (parent.does == Does::declare && (parent.field == 0 || ts_tree_cursor_current_field_id(&cursor_) == parent.field)) declare(node);
      use(node);
      return false;
    }
    case Does::define: {
      const TSNode name = ts_node_child_by_field_id(node, rule.field);
      if (ts_node_is_null(name)) return true;
      const bool member = rule.kind == TagKind::function && scope().opens == Opens::members && scope().kind != TagKind::module;
      const TagKind kind = member ? TagKind::method : rule.kind;
      define(node, name, kind);
      if (rule.opens != Opens::nothing) open(text(name), kind, rule.opens, out_.definitions.back().exported);
      return true;
    }
    case Does::call:
      if (rule.field == 0)
        first_is_callee_ = true;
      else
        called(ts_node_child_by_field_id(node, rule.field));
      return true;
    case Does::callee:
      if (!calls_.empty() && calls_.back() == ts_node_end_byte(node)) {
        calls_.pop_back();
        first_is_callee_ = true;
      }
      return true;
    case Does::hook:
      return rules_.hook(*this, node, rule);
  }
  return true;
}

void Walk::run(TSNode root, std::uint32_t end) {
  cursor_ = ts_tree_cursor_new(root);
  above_.assign(1, &rules_.rules[0]);
  out_.broken = out_.broken || ts_node_symbol(root) == static_cast<TSSymbol>(-1);
  // The root itself is the module; the walk begins with its children.
  bool more = ts_tree_cursor_goto_first_child(&cursor_);
  depth_ = 1;
  while (more) {
    const TSNode node = ts_tree_cursor_current_node(&cursor_);
    if (depth_ == 1) {
      if (ts_node_start_byte(node) >= end) break;
      out_.broken = out_.broken || ts_node_has_error(node);
    }
    const Rule& rule = rules_.of(ts_node_symbol(node));
    if (enter(node, rule) && ts_tree_cursor_goto_first_child(&cursor_)) {
      above_.push_back(&rule);
      ++depth_;
      continue;
    }
    first_is_callee_ = false;
    for (;;) {
      while (scopes_.back().depth == depth_ && depth_ > 0) scopes_.pop_back();
      if (ts_tree_cursor_goto_next_sibling(&cursor_)) break;
      if (--depth_ == 0) {
        more = false;
        break;
      }
      ts_tree_cursor_goto_parent(&cursor_);
      above_.pop_back();
    }
  }
  ts_tree_cursor_delete(&cursor_);
}

}  // namespace argosy::code
