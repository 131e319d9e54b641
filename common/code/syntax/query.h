// Queries of tree-sitter (s-expressions with captures) over one source text, with the predicates that its C library leaves to its users.
// Used by codemod. A compiled query never changes: any thread may run it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/syntax/tree.h"
#include "common/core/error.h"

namespace argosy::code {

// Bounds of one run over one text.
inline constexpr std::size_t kMaxQueryMatches = 10'000;
inline constexpr std::uint32_t kMaxOpenMatches = 1024;  // that the library follows at once
inline constexpr std::uint64_t kMaxQueryMillis = 5'000;

struct Capture {
  std::uint32_t id = 0;  // see Query::capture
  std::uint32_t start = 0, end = 0;
};
using QueryMatch = std::vector<Capture>;  // in reading order; a quantified capture occurs several times

class Query {
 public:
  // Errors (B): query_invalid, with line and column; for predicates other than eq?, match?, any-of? and their not-forms too.
  static Result<Query> compile(Language language, std::string_view text);

  Query(Query&&) noexcept;
  Query& operator=(Query&&) noexcept;
  ~Query();

  // The id of a capture by its name without "@", or -1.
  int capture(std::string_view name) const;
  // Errors (B): query_too_costly (a bound above), those of Parser::parse(); of a text of UTF-8.
  Result<std::vector<QueryMatch>> run(std::string_view text) const;

 private:
  struct Compiled;
  explicit Query(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace argosy::code
