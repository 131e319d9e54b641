#include "common/code/syntax/parse.h"

#include <tree_sitter/api.h>

#include "common/code/syntax/grammars.h"
#include "common/code/syntax/parse_memory.h"

namespace argosy::code {

void CloseTree::operator()(TSTree* tree) const { ts_tree_delete(tree); }

void Parser::Close::operator()(TSParser* parser) const { ts_parser_delete(parser); }

Parser::Parser(Language language, std::size_t max_bytes) : parser_(ts_parser_new()), max_bytes_(max_bytes) {
  ts_parser_set_timeout_micros(parser_.get(), kMaxParseMicros);
  if (!ts_parser_set_language(parser_.get(), grammar_of(language))) parser_.reset();
}

Result<TreeHandle> Parser::parse(std::string_view text, const TSTree* old) {
  if (parser_ == nullptr) return fail_user("source_unreadable", "the grammar does not fit the tree-sitter library");
  ts_parser_reset(parser_.get());
  const ParseBudget budget(max_bytes_);
  ts_parser_set_cancellation_flag(parser_.get(), budget.is_spent());
  TreeHandle tree(ts_parser_parse_string(parser_.get(), old, text.data(), static_cast<std::uint32_t>(text.size())));
  ts_parser_set_cancellation_flag(parser_.get(), nullptr);
  most_bytes_ = budget.most();
  held_bytes_ = budget.now();
  if (tree != nullptr) return tree;
  ts_parser_reset(parser_.get());  // gives back what it had so far
  if (*budget.is_spent() != 0)
    return fail_user("source_too_costly", "the file takes too much memory to parse", "exclude it with \"paths\"");
  return fail_user("source_unreadable", "the file took too long to parse", "exclude it with \"paths\"");
}

}  // namespace argosy::code
