// Members between the brackets of a macro, where the grammar gives tokens alone.
#include <algorithm>

#include "common/code/languages/rust/rust.h"
#include "common/code/renaming/paths/members/search.h"
#include "common/code/renaming/paths/members/standard.h"

namespace argosy::code::impls {
namespace {

bool opens(Node node, std::string_view bracket) { return node.is("token_tree") && node.text().starts_with(bracket); }

// Whether the token begins what it stands in: nothing goes on from the left.
bool begins(Node node) { return !node.previous().is_any({".", "::", "?"}); }

// a::b before the token, outermost first. One that is longer than any person's begins with nothing.
std::vector<std::string> path_before(Node token) {
  std::vector<std::string> path;
  for (Node separator = token.previous(); separator.is("::"); separator = token.previous()) {
    token = separator.previous();
    const bool long_enough = path.size() >= kMaxDepthOfType;
    path.emplace_back(long_enough ? "" : token.text());
    if (long_enough) break;
  }
  std::ranges::reverse(path);
  return path;
}

}  // namespace

// The type of what ends with the token before a point.
Type Search::before_point(const Model& model, Node token, int depth) {
  if (!token || depth > kMaxDepthOfType) return {};
  const Node before = token.previous();
  if (token.is("?")) return tried(before_point(model, before, depth + 1));
  if (opens(token, "[") && !begins(before)) return {};
  if (opens(token, "[") && before.is("identifier")) return element(before_point(model, before, depth + 1));
  if (opens(token, "(")) {
    if (!before.is("identifier")) return {};
    if (before.previous().is("."))
      return typing_.call_of_method(model, before_point(model, before.previous().previous(), depth + 1), std::string(before.text()));
    auto path = path_before(before);
    path.emplace_back(before.text());
    const bool wraps = path.back() == "Some" || path.back() == "Ok" || path.back() == "new" || path.back() == "clone";
    const bool box = path.size() == 2 && (path.front() == "Box" || path.front() == "Rc" || path.front() == "Arc");
    return path.size() == 1 && wraps ? Type{} : box ? Type{} : typing_.call_of_path(model, before, path, {});
  }
  const bool tuple = token.is("integer_literal") && before.is(".");
  if (!tuple && !token.is_any({"identifier", "self"})) return {};
  if (before.is(".")) return typing_.field(before_point(model, before.previous(), depth + 1), token.text());
  if (before.is("::")) return {};
  return token.is("self") ? typing_.self(model, token) : typing_.variable(model, token, token.text());
}

void Search::token(const Model& model, Node node) {
  const Node before = node.previous(), after = node.next();
  const bool called = opens(after, "(") || after.is("::");
  const bool read = rust::reading_of(project_, node) != rust::Reading::any && rust::is_read_inside(node);
  const auto settle = [&](Meaning meaning) { decide(model, node, read || meaning == Meaning::other ? meaning : Meaning::unsure); };
  if (before.is(".") && !before.previous().is(".")) {
    if (!read) return decide(model, node, Meaning::unsure);
    if (called == is_field()) return;
    return decide(model, node, of_type(before_point(model, before.previous(), 0)));
  }
  if (const auto path = path_before(node); !path.empty()) {
    if (is_field()) return;
    const bool plain = std::ranges::all_of(path, [](const std::string& part) {
      return !part.empty() && (std::isalpha(static_cast<unsigned char>(part.front())) || part.front() == '_');
    });
    return settle(plain ? behind(model, node, path) : Meaning::unsure);
  }
  // fn name, or what a macro makes a function or a field of.
  if (!read) return decide(model, node, Meaning::unsure);
  if (!is_field()) return before.is("fn") ? decide(model, node, Meaning::unsure) : void();
  // Type { name: value } and Type { name }
  if (!opens(node.parent(), "{") || !(before.is("{") || before.is(",")) || !(after.is(":") || after.is(",") || after.is("}"))) return;
  const Node type = node.parent().previous();
  if (!type.is("identifier") || after.text() != ":") return decide(model, node, Meaning::unsure);
  auto path = path_before(type);
  path.emplace_back(type.text());
  decide(model, node, of_type(typing_.path(model, type, path)));
}

}  // namespace argosy::code::impls
