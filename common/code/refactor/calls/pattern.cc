#include "common/code/refactor/calls/pattern.h"

#include <algorithm>

#include "common/core/text.h"

namespace argosy::code {
namespace {

// How holes are spelled while a grammar reads them: names that nobody uses.
constexpr std::string_view kOne = "argosyHoleOf_", kMany = "argosyHolesOf_";

std::string hole_at(Node node) {
  if (node.last_id() != node.id()) return {};
  const auto text = node.text();
  if (text.starts_with(kOne)) return "$" + std::string(text.substr(kOne.size()));
  return text.starts_with(kMany) ? "$$$" + std::string(text.substr(kMany.size())) : "";
}

bool is_comment(Node node) { return node.kind().ends_with("comment"); }
bool is_list(Node node) { return node.is_any({"argument_list", "arguments"}); }
bool is_spread(Node node) { return node.is_any({"list_splat", "dictionary_splat", "spread_element"}); }

Node callee_of(Node call) {
  if (call.is("method_invocation")) return call.get("object") ? call.get("object") : call.get("name");
  if (call.is("object_creation_expression")) return call.get("type");
  return call.get(call.is("new_expression") ? "constructor" : "function");
}

Node leftmost(Node node) {
  while (node && node.last_id() > node.id()) node = node.named_child(0);
  return node;
}

std::vector<Node> parts_of(Node node, bool named) {
  std::vector<Node> parts;
  for (Node child : node.children())
    if (!is_comment(child) && (child.named() || !named)) parts.push_back(child);
  return parts;
}

}  // namespace

bool is_atom(Node node) {
  return node.is_any({"identifier",
                      "type_identifier",
                      "string",
                      "template_string",
                      "integer",
                      "float",
                      "number",
                      "true",
                      "false",
                      "none",
                      "null",
                      "this",
                      "self",
                      "call",
                      "call_expression",
                      "method_invocation",
                      "attribute",
                      "member_expression",
                      "field_access",
                      "subscript",
                      "subscript_expression",
                      "array_access",
                      "list",
                      "tuple",
                      "dictionary",
                      "set",
                      "array",
                      "parenthesized_expression",
                      "list_comprehension",
                      "dictionary_comprehension",
                      "set_comprehension",
                      "generator_expression",
                      "string_literal",
                      "character_literal",
                      "decimal_integer_literal",
                      "hex_integer_literal",
                      "decimal_floating_point_literal",
                      "null_literal",
                      "undefined",
                      "regex",
                      "ellipsis"});
}

Result<Expression> read_expression(Language language, std::string_view text, std::string code) {
  // Inside brackets it may have lines.
  const bool java = language == Language::java;
  const std::string before = java ? "class A{Object o=(" : "(", behind = java ? ");}" : language == Language::python ? ")" : ");";
  std::string spelled;
  std::size_t done = 0;
  for (const tasks::Hole& hole : tasks::holes_of(text)) {
    spelled.append(text.substr(done, hole.at - done)).append(hole.text.starts_with("$$$") ? kMany : kOne);
    spelled.append(hole.text.substr(hole.text.find_last_of('$') + 1));
    done = hole.at + hole.text.size();
  }
  spelled.append(text.substr(done));
  Expression out;
  ARGOSY_TRY(auto tree, Tree::parse(language, before + spelled + behind));
  out.tree = std::make_unique<Tree>(std::move(tree));
  const std::string trimmed(text::trim(spelled));
  Node around = out.tree->at(static_cast<std::uint32_t>(before.size() - 1), static_cast<std::uint32_t>(before.size() + spelled.size() + 1));
  if (out.tree->errors().empty() && around.is("parenthesized_expression"))
    for (Node child : around.children())
      if (child.named() && child.text() == trimmed) out.root = child;
  if (!out.root)
    return fail_user(std::move(code), "\"" + text::ellipsize(text, 80) + "\" is not one expression of the language", "check its brackets");
  return out;
}

bool CallPattern::is_call(Node node) {
  return node.is_any({"call", "call_expression", "new_expression", "method_invocation", "object_creation_expression"});
}

Result<CallPattern> CallPattern::read(Language language, const tasks::ReplaceCall& request) {
  CallPattern out;
  ARGOSY_TRY(out.expression_, read_expression(language, request.pattern, "pattern_invalid"));
  const Node call = out.expression_.root;
  if (!is_call(call))
    return fail_user("pattern_invalid", "the pattern is not a call", "write it as the code does: log.warn($MSG, $$$REST)");
  for (NodeId id = call.id(); id <= call.last_id(); ++id) {
    const Node node = call.tree().node(id);
    if (is_comment(node)) return fail_user("pattern_invalid", "the pattern has a comment", "leave it out");
    int many = 0;
    for (Node child : parts_of(node, true)) many += hole_at(child).starts_with("$$$") ? 1 : 0;
    if (many > (is_list(node) ? 1 : 0))
      return fail_user("pattern_invalid", "$$$ stands for arguments, and once in a list of them", "use $X for one expression");
  }
  out.by_module_ = !request.module.empty();
  out.head_ = leftmost(callee_of(call));
  const Node parent = out.head_.parent();
  if (parent.is_any({"attribute", "member_expression"}) && parent == call.get("function"))
    out.member_ = parent.get(parent.is("attribute") ? "attribute" : "property").text();
  if (!hole_at(parent.named_child(1)).empty()) out.member_.clear();
  if (!out.member_.empty()) out.qualified_ = parent;
  if (out.by_module_ && (!out.head_.is_any({"identifier", "type_identifier"}) || !hole_at(out.head_).empty()))
    return fail_user("pattern_invalid", "with a module the pattern begins with a name", "log.warn(...), where log comes from the module");
  for (NodeId id = call.id(); id <= call.last_id() && id < call.get("arguments").id(); ++id) {
    const Node node = call.tree().node(id);
    const bool name = node.last_id() == id && node.named() && hole_at(node).empty();
    if (name && !(out.by_module_ && node == out.head_)) out.word_ = node.text();
  }
  return out;
}

std::string CallPattern::head() const { return hole_at(head_).empty() ? std::string(head_.text()) : ""; }

std::string_view CallPattern::word() const { return word_; }

std::optional<CallMatch> CallPattern::match(Node call) const {
  CallMatch match{.call = call, .head = {}, .holes = {}};
  if (!matches(expression_.root, call, match)) return std::nullopt;
  return match;
}

bool CallPattern::take(const std::string& hole, Node first, Node last, CallMatch& match) {
  const std::string_view text = match.call.tree().text();
  const Taken taken = first ? Taken{first.start(), last.end(), first == last && is_atom(first)} : Taken{};
  const auto [slot, fresh] = match.holes.try_emplace(hole, taken);
  const auto words = [&](const Taken& t) { return text.substr(t.start, t.end - t.start); };
  return fresh || words(slot->second) == words(taken);
}

bool CallPattern::matches(Node pattern, Node node, CallMatch& match) const {
  if (!node) return false;
  if (const std::string hole = hole_at(pattern); !hole.empty())
    return node.named() && !is_spread(node) && !node.is("keyword_argument") && take(hole, node, node, match);
  // from m import member: the callee is the member alone.
  if (by_module_ && qualified_ && pattern == qualified_ && node.is("identifier")) {
    match.head = node;
    match.joined = true;
    return true;
  }
  if (by_module_ && pattern == head_) {
    match.head = node;
    return node.is_any({"identifier", "type_identifier", "attribute", "field_access"});
  }
  // f(x for x in y): the brackets of the call are those of its one argument.
  if (is_list(pattern) && node.is("generator_expression") && node.field() == "arguments") return arguments_match(pattern, node, match);
  if (pattern.kind() != node.kind()) return false;
  if (is_list(pattern)) return arguments_match(pattern, node, match);
  const bool leaf = pattern.last_id() == pattern.id() || pattern.is_any({"string", "string_literal"});
  if (leaf) return pattern.text() == node.text();
  const auto wanted = parts_of(pattern, false), there = parts_of(node, false);
  if (wanted.size() != there.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (!matches(wanted[i], there[i], match)) return false;
  return true;
}

bool CallPattern::arguments_match(Node pattern, Node node, CallMatch& match) const {
  const auto wanted = parts_of(pattern, true), there = is_list(node) ? parts_of(node, true) : std::vector<Node>{node};
  const auto many = std::ranges::find_if(wanted, [](Node one) { return hole_at(one).starts_with("$$$"); });
  const auto first = static_cast<std::size_t>(many - wanted.begin());
  const bool any = many != wanted.end();
  const std::size_t fixed = wanted.size() - (any ? 1 : 0), behind = any ? fixed - first : 0;
  // How many arguments a spread stands for, nobody knows: what is asked for one by one may be in it.
  for (std::size_t i = 0; i < there.size(); ++i) {
    const bool in_fixed = !any || i < first || i + behind >= there.size();
    if (is_spread(there[i]) && in_fixed) match.spread = true;
  }
  if (match.spread) return true;
  if (any ? there.size() < fixed : there.size() != fixed) return false;
  for (std::size_t i = 0; i < first; ++i)
    if (!matches(wanted[i], there[i], match)) return false;
  for (std::size_t i = 0; i < behind; ++i)
    if (!matches(wanted[wanted.size() - 1 - i], there[there.size() - 1 - i], match)) return false;
  if (!any) return true;
  const std::size_t count = there.size() - fixed;
  return take(hole_at(*many), count == 0 ? Node() : there[first], count == 0 ? Node() : there[first + count - 1], match);
}

}  // namespace argosy::code
