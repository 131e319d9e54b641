#include "common/code/renaming/linked/conditions.h"

#include <algorithm>

#include "common/core/text.h"

namespace argosy::code::linked {
namespace {

// More branches of conditions than anybody joins to one declaration.
constexpr std::size_t kMaxBranches = 256;

std::string negated(const std::string& condition) { return condition.starts_with('!') ? condition.substr(1) : "!" + condition; }

bool is_conditional(Node node) { return node.is_any({"preproc_if", "preproc_elif", "preproc_ifdef", "preproc_elifdef"}); }

// #ifndef NAME_H, #define NAME_H
bool is_guard(Node node) {
  const Node definition = node.child("preproc_def");
  return node.child("#ifndef") && definition && !definition.get("value") && definition.get("name").text() == node.get("name").text();
}

std::string condition_of(Node node) {
  const Node name = node.get("name");
  const std::string text(text::trim((name ? name : node.get("condition")).text()));
  const std::string plain = name ? text : text.starts_with("defined(") && text.ends_with(')') ? text.substr(8, text.size() - 9) : text;
  return node.child("#ifndef") || node.child("#elifndef") ? "!" + plain : plain;
}

}  // namespace

Conditions conditions_around(Node node) {
  Conditions out;
  for (Node inner = node, outer = node.parent(); outer; inner = outer, outer = outer.parent()) {
    if (!is_conditional(outer) || inner.field() == "name" || inner.field() == "condition" || is_guard(outer)) continue;
    const std::string condition = condition_of(outer);
    if (condition == "__cplusplus") continue;
    out.insert(inner.field() == "alternative" ? negated(condition) : condition);
  }
  return out;
}

Declared::Declared(std::vector<Conditions> declarations) : declarations_(std::move(declarations)) {
  for (std::size_t i = 0; i < declarations_.size() && declarations_.size() < kMaxBranches; ++i)
    for (std::size_t j = 0; j < i; ++j)
      for (const std::string& condition : Conditions(declarations_[i])) {
        if (!declarations_[j].contains(negated(condition))) continue;
        Conditions one = declarations_[i], other = declarations_[j];
        one.erase(condition);
        other.erase(negated(condition));
        one.merge(other);
        if (std::ranges::find(declarations_, one) == declarations_.end()) declarations_.push_back(std::move(one));
      }
}

bool Declared::under(const Conditions& conditions) const {
  return std::ranges::any_of(declarations_, [&](const Conditions& declared) { return std::ranges::includes(conditions, declared); });
}

}  // namespace argosy::code::linked
