#include "common/code/syntax/query.h"

#include <re2/re2.h>
#include <tree_sitter/api.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>

#include "common/code/syntax/grammars.h"
#include "common/code/syntax/parse.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

// What one pattern may cost: RE2 runs in linear time, and these bound its memory and the library's recursion.
constexpr std::int64_t kMaxRegexMemory = 1 << 20;
constexpr int kMaxBrackets = 100;

template <auto Free>
struct Closer {
  template <class T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
using QueryHandle = std::unique_ptr<TSQuery, Closer<ts_query_delete>>;
using CursorHandle = std::unique_ptr<TSQueryCursor, Closer<ts_query_cursor_delete>>;

std::unexpected<Error> invalid(std::string_view query, std::size_t offset, const std::string& why) {
  offset = std::min(offset, query.size());
  const auto before = query.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto column = 1 + offset - (before.rfind('\n') + 1);
  return fail_user("query_invalid", "line " + std::to_string(line) + ", column " + std::to_string(column) + " of the query: " + why,
                   "the grammar's node types and fields are those of tree-sitter");
}

const char* words_of(TSQueryError error) {
  switch (error) {
    case TSQueryErrorNodeType:
      return "the grammar has no such node";
    case TSQueryErrorField:
      return "the grammar has no such field";
    case TSQueryErrorCapture:
      return "no such capture stands in the pattern";
    case TSQueryErrorStructure:
      return "such a node can never stand there";
    default:
      return "it is not written as a query";
  }
}

// One argument of a predicate: a capture, or a text.
struct Argument {
  std::optional<std::uint32_t> capture;
  std::string text;
};

struct Predicate {
  enum Kind : std::uint8_t { equal, any_of, matches } kind = equal;
  bool negated = false;
  std::vector<Argument> arguments;
  std::unique_ptr<RE2> regex{};
};

bool holds(const Predicate& predicate, const QueryMatch& match, std::string_view text) {
  const auto texts_of = [&](const Argument& argument) {
    std::vector<std::string_view> out;
    if (!argument.capture) return std::vector<std::string_view>{argument.text};
    for (const Capture& one : match)
      if (one.id == *argument.capture) out.push_back(text.substr(one.start, one.end - one.start));
    return out;
  };
  // Every node of a capture must fit, as tree-sitter's own tools have it.
  return std::ranges::all_of(texts_of(predicate.arguments.front()), [&](std::string_view one) {
    bool fits = false;
    if (predicate.kind == Predicate::matches) {
      fits = RE2::PartialMatch(re2::StringPiece(one.data(), one.size()), *predicate.regex);
    } else {
      for (std::size_t i = 1; i < predicate.arguments.size() && !fits; ++i) {
        const auto others = texts_of(predicate.arguments[i]);
        fits = std::ranges::find(others, one) != others.end();
      }
    }
    return fits != predicate.negated;
  });
}

}  // namespace

struct Query::Compiled {
  Language language;
  QueryHandle query;
  std::vector<std::vector<Predicate>> predicates;  // by pattern

  Result<Predicate> read_predicate(std::string_view text, std::uint32_t pattern, std::span<const TSQueryPredicateStep> steps) const {
    const std::size_t at = ts_query_start_byte_for_pattern(query.get(), pattern);
    std::vector<Argument> words;
    for (const auto& step : steps) {
      std::uint32_t length = 0;
      const bool captured = step.type == TSQueryPredicateStepTypeCapture;
      const char* word = captured ? ts_query_capture_name_for_id(query.get(), step.value_id, &length)
                                  : ts_query_string_value_for_id(query.get(), step.value_id, &length);
      words.push_back({captured ? std::optional(step.value_id) : std::nullopt, std::string(word, length)});
    }
    Predicate predicate;
    const std::string name = words.empty() ? std::string() : words.front().text;
    predicate.negated = name.starts_with("not-");
    const auto plain = std::string_view(name).substr(predicate.negated ? 4 : 0);
    if (plain != "eq?" && plain != "match?" && plain != "any-of?")
      return invalid(text, at, "the predicate #" + name + " is not known here");
    predicate.kind = plain == "eq?" ? Predicate::equal : plain == "match?" ? Predicate::matches : Predicate::any_of;
    predicate.arguments.assign(std::make_move_iterator(words.begin() + 1), std::make_move_iterator(words.end()));
    const auto& arguments = predicate.arguments;
    const bool counted = predicate.kind == Predicate::any_of ? arguments.size() >= 2 : arguments.size() == 2;
    if (!counted || !arguments[0].capture) return invalid(text, at, "#" + name + " needs a capture and what it is held against");
    if (predicate.kind == Predicate::matches) {
      RE2::Options options;
      options.set_log_errors(false);
      options.set_max_mem(kMaxRegexMemory);
      predicate.regex = std::make_unique<RE2>(arguments[1].text, options);
      if (arguments[1].capture || !predicate.regex->ok())
        return invalid(text, at, "the pattern of #" + name + " cannot be read: " + predicate.regex->error());
    }
    return predicate;
  }

  Result<void> read_predicates(std::string_view text) {
    predicates.resize(ts_query_pattern_count(query.get()));
    for (std::uint32_t pattern = 0; pattern < predicates.size(); ++pattern) {
      std::uint32_t count = 0;
      // The library takes it for a pattern of its own then, and holds nothing against it.
      const std::size_t at = ts_query_start_byte_for_pattern(query.get(), pattern);
      const auto open = text.find_first_not_of(" \t\r\n", at);
      const auto inner = open == std::string_view::npos ? open : text.find_first_not_of(" \t\r\n", open + 1);
      if (inner != std::string_view::npos && text[open] == '(' && text[inner] == '#')
        return invalid(text, open, "the predicate stands outside of its pattern; put brackets around both");
      const auto* steps = ts_query_predicates_for_pattern(query.get(), pattern, &count);
      for (std::uint32_t i = 0, first = 0; i < count; ++i) {
        if (steps[i].type != TSQueryPredicateStepTypeDone) continue;
        ARGOSY_TRY(auto predicate, read_predicate(text, pattern, std::span(steps + first, i - first)));
        predicates[pattern].push_back(std::move(predicate));
        first = i + 1;
      }
    }
    return {};
  }
};

Query::Query(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(Query&&) noexcept = default;
Query::~Query() = default;

Result<Query> Query::compile(Language language, std::string_view text) {
  if (!text::is_utf8(text) || text.contains('\0')) return invalid(text, 0, "it is not text");
  int open = 0, deepest = 0;
  for (const char c : text) {
    open += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    deepest = std::max(deepest, open);
  }
  if (deepest > kMaxBrackets) return invalid(text, 0, "it is nested too deeply");
  std::uint32_t offset = 0;
  TSQueryError error = TSQueryErrorNone;
  auto compiled = std::make_unique<Compiled>();
  compiled->language = language;
  compiled->query.reset(ts_query_new(grammar_of(language), text.data(), static_cast<std::uint32_t>(text.size()), &offset, &error));
  if (compiled->query == nullptr) return invalid(text, offset, words_of(error));
  ARGOSY_TRY_VOID(compiled->read_predicates(text));
  return Query(std::move(compiled));
}

int Query::capture(std::string_view name) const {
  for (std::uint32_t id = 0; id < ts_query_capture_count(compiled_->query.get()); ++id) {
    std::uint32_t length = 0;
    const char* known = ts_query_capture_name_for_id(compiled_->query.get(), id, &length);
    if (std::string_view(known, length) == name) return static_cast<int>(id);
  }
  return -1;
}

Result<std::vector<QueryMatch>> Query::run(std::string_view text) const {
  Parser parser(compiled_->language);
  ARGOSY_TRY(const auto tree, parser.parse(text));
  const CursorHandle cursor(ts_query_cursor_new());
  ts_query_cursor_set_match_limit(cursor.get(), kMaxOpenMatches);
  ts_query_cursor_exec(cursor.get(), compiled_->query.get(), ts_tree_root_node(tree.get()));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kMaxQueryMillis);
  std::vector<QueryMatch> out;
  std::size_t seen = 0;
  TSQueryMatch found;
  while (ts_query_cursor_next_match(cursor.get(), &found)) {
    if (++seen > kMaxQueryMatches || std::chrono::steady_clock::now() > deadline)
      return fail_user("query_too_costly", "the query matches too often, or takes too long", "make it narrower, or name fewer \"paths\"");
    QueryMatch match;
    for (std::uint16_t i = 0; i < found.capture_count; ++i)
      match.push_back({found.captures[i].index, ts_node_start_byte(found.captures[i].node), ts_node_end_byte(found.captures[i].node)});
    const auto& predicates = compiled_->predicates[found.pattern_index];
    if (std::ranges::all_of(predicates, [&](const Predicate& one) { return holds(one, match, text); })) out.push_back(std::move(match));
  }
  // The library drops matches then, and nobody would know which.
  if (ts_query_cursor_did_exceed_match_limit(cursor.get()))
    return fail_user("query_too_costly", "the query follows too many beginnings at once",
                     "make it narrower: fewer wildcards and repetitions");
  return out;
}

}  // namespace argosy::code
