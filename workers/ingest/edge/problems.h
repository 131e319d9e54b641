// Every kind of problem that the API answers, once: its stable type, its status, what it means. /problems/{type} serves the same table.
// Pure, any thread.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/http/message.h"

namespace argosy::ingest {

struct ProblemType {
  std::string_view type;
  int status;
  std::string_view meaning;
};
std::span<const ProblemType> problem_types();
const ProblemType* find_problem_type(std::string_view type);

// Why a request is not done. `pointer` is RFC 6901 into its body.
struct Refusal {
  std::string type;  // of the table
  std::string detail;
  std::string pointer{}, hint{};
  std::optional<int> retry_after_s{};
};
template <class T>
using Checked = std::expected<T, Refusal>;

// An expected failure of a lower room. A code that the table does not know becomes `fallback`; category A becomes 503.
Refusal refusal_of(const Error& error, std::string_view fallback = "request_invalid", std::string pointer = {});

http::Response respond(const Refusal& refusal);

// Either kind of failure as a refusal, for INGEST_TRY.
inline const Refusal& as_refusal(const Refusal& refusal) { return refusal; }
inline Refusal as_refusal(const Error& error) { return refusal_of(error); }

}  // namespace argosy::ingest

// Like ARGOSY_TRY, in a function that returns http::Response: answers with the refusal.
#define INGEST_TRY(name, expression) INGEST_TRY_IMPL_(name, expression, __LINE__)
#define INGEST_TRY_IMPL_(name, expression, line) INGEST_TRY_IMPL2_(name, expression, line)
#define INGEST_TRY_IMPL2_(name, expression, line)                                                                    \
  auto ingest_try_##line = (expression);                                                                             \
  if (!ingest_try_##line) return ::argosy::ingest::respond(::argosy::ingest::as_refusal(ingest_try_##line.error())); \
  name = std::move(*ingest_try_##line)
