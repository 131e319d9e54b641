#include "common/code/syntax_check.h"

#include <tree_sitter/api.h>

#include <algorithm>

#include "common/code/syntax/kept_parses.h"
#include "common/code/syntax/tree.h"
#include "common/code/tags/headers.h"
#include "common/code/tags/tags.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

// A header is taken for the language that it breaks less often.
std::optional<Tree> parsed(const std::string& path, Language language, std::string_view text) {
  if (!path.ends_with(".h")) {
    auto tree = Tree::parse(language, std::string(text));
    return tree ? std::optional(std::move(*tree)) : std::nullopt;
  }
  const auto likely = likely_language_of_header(text);
  auto tree = Tree::parse(likely, std::string(text));
  if (tree && tree->errors().empty()) return std::move(*tree);
  auto other = Tree::parse(likely == Language::c ? Language::cpp : Language::c, std::string(text));
  if (other && (!tree || other->errors().size() < tree->errors().size())) return std::move(*other);
  return tree ? std::optional(std::move(*tree)) : std::nullopt;
}

// Of a large source, where the parse of what was there before helps. Whoever asks for its errors, or its tags, finds the parse kept.
bool is_clean_for_sure(const std::string& path, Language language, std::string_view before, std::string_view after) {
  if (after.size() < KeptParses::kFrom || after.size() > kMaxSourceBytes || after.contains('\0') || !text::is_utf8(after)) return false;
  if (path.ends_with(".h")) language = likely_language_of_header(after);
  const auto tree = kept_parses().parse(language, before, after);
  return tree && !ts_node_has_error(ts_tree_root_node(tree->get()));
}

}  // namespace

std::optional<SyntaxErrors> syntax_errors(const std::string& path, std::string_view before, std::string_view after) {
  const auto language = language_of(path);
  if (!language) return std::nullopt;
  if (is_clean_for_sure(path, *language, before, after)) return SyntaxErrors{};
  const auto now = parsed(path, *language, after);
  if (!now) return std::nullopt;
  SyntaxErrors errors{.before = 0, .after = now->errors().size()};
  if (errors.after > 0) {
    const auto then = Tree::parse(now->language(), std::string(before));
    errors.before = then ? then->errors().size() : 0;
    const auto at = now->node(now->errors().front()).start();
    errors.line = 1 + static_cast<std::size_t>(std::ranges::count(now->text().substr(0, at), '\n'));
  }
  return errors;
}

}  // namespace argosy::code
